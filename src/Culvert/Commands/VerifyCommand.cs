using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert verify</c>: reads a data directory and reports what does not fit together.</summary>
internal static class VerifyCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal, IServerParts server)
    {
        var data = new Option<string>("--data")
        {
            HelpName = "PATH",
            Description = $"The server's data directory, or a backup. Default {DataOption.Default}.",
        };
        var command = new CommandPage(
            "verify", "Reads all the data of a server and reports anything damaged or missing.")
        {
            Notes = ["Changes nothing, and may run beside the server."],
            Examples =
            [
                ("culvert verify", "reads ./data"),
                ("culvert verify --data /backup/monday", "reads a backup"),
                ("culvert verify --data /var/lib/culvert || mail -s damaged root", "as a nightly job"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "everything fits together"),
                (ExitCode.Failed, "something is damaged or cannot be read; one line for each on stderr"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.Interrupted, "Ctrl-C (143 after SIGTERM)"),
            ],
        };
        command.Add(data);
        command.SetAction((result, cancellationToken) => DataCommandRun.RunAsync(
            terminal,
            result.GetValue(data) ?? DataOption.Default,
            (directory, progress) => server.VerifyAsync(directory, progress, cancellationToken)));
        return command;
    }
}
