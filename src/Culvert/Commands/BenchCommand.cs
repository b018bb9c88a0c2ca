using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert bench</c>: the group of the commands that prepare measurements.</summary>
internal static class BenchCommand
{
    /// <summary>Declares the group.</summary>
    public static Command Create(Terminal terminal, IServerParts server) =>
        new CommandPage("bench", "Prepares measurements.")
        {
            Examples = [("culvert bench seed --room big --messages 1000000", "a room of a million messages in ./data")],
            ExitCodes = BenchSeedCommand.ExitCodes,
            Subcommands = { BenchSeedCommand.Create(terminal, server) },
        };
}
