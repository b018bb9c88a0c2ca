using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;

namespace Culvert.Server.Rooms;

/// <summary>Why a request was not done, in the words of the catalogue.</summary>
/// <param name="Code">The catalogue's entry.</param>
/// <param name="Why">A sentence about this very case; null for the catalogue's own.</param>
/// <param name="AfterMilliseconds">When a retry may succeed; 0 when unknown.</param>
internal sealed record Refusal(ErrorCode Code, string? Why = null, int AfterMilliseconds = 0)
{
    public Refusal(ErrorCode code, Said said, int afterMilliseconds = 0)
        : this(code, said.Text, afterMilliseconds) => Said = said;

    /// <summary>The sentence as a page can say it in another language; null when that is what the code says.</summary>
    public Said? Said { get; }
}
