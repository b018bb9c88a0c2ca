using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert user</c>: the group of the account commands.</summary>
internal static class UserCommand
{
    /// <summary>Exit codes that all of them share.</summary>
    public static IReadOnlyList<(int Code, string Means)> ExitCodes { get; } =
    [
        (ExitCode.Done, "done"),
        (ExitCode.Failed, "the server refused, as for a name that is taken; stderr says why"),
        (ExitCode.Usage, "the command line is wrong"),
        (ExitCode.CannotConnect, "no server answers"),
        (ExitCode.Refused, "not signed in, not allowed, or no such user"),
        (ExitCode.Interrupted, "Ctrl-C (143 after SIGTERM)"),
    ];

    /// <summary>Declares the group.</summary>
    public static Command Create(Terminal terminal) =>
        new CommandPage("user", "Manages the accounts of a running server.")
        {
            Examples =
            [
                ("culvert user add alice", "prints the password it made up"),
                ("culvert user reset alice", "likewise, for who forgot it"),
                ("culvert user list", "names, roles, and since when"),
            ],
            ExitCodes = ExitCodes,
            Subcommands =
            {
                UserAddCommand.Create(terminal),
                UserResetCommand.Create(terminal),
                UserListCommand.Create(terminal),
            },
        };
}
