using Culvert.Server.Rooms;

namespace Culvert.Server.Transports.Commands;

/// <summary>One slash command: an entry of the table in <see cref="RoomCommands"/>. Immutable.</summary>
/// <param name="Name">With its slash, in lower case.</param>
/// <param name="Usage">
/// How it is written: words in capitals stand for something, brackets for what may be left out.
/// </param>
/// <param name="What">What it does, beginning with a verb.</param>
/// <param name="Needed">What its sender must be allowed to do in the room.</param>
/// <param name="RunAsync">Does it, given the words behind the name; null when they are not of this form.</param>
internal sealed record RoomCommand(
    string Name,
    string Usage,
    string What,
    Capability Needed,
    Func<Entered, CommandLine, CancellationToken, ValueTask<CommandAnswer?>> RunAsync);
