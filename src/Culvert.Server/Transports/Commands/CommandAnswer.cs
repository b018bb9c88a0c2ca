using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports.Commands;

/// <summary>What the sender of a slash command is told.</summary>
/// <param name="Notice">
/// What was done, or what was asked for; null when the room shows it to everybody, the sender too.
/// </param>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
internal readonly record struct CommandAnswer(Said? Notice, Refusal? Refusal)
{
    /// <summary>The room shows what was done.</summary>
    public static readonly CommandAnswer Done;

    public static CommandAnswer Told(Said notice) => new(notice, null);

    public static CommandAnswer Refused(Refusal refusal) => new(null, refusal);
}
