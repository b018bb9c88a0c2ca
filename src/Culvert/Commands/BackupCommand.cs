using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert backup</c>: copies the data of a server that may be running.</summary>
internal static class BackupCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal, IServerParts server)
    {
        var target = new Argument<string>("TARGET")
        {
            Description = "Directory for the copy; it must not exist yet, or be empty.",
        };
        var data = DataOption.Create();
        var command = new CommandPage("backup", "Copies the data of a server, running or not, into a new directory.")
        {
            Notes =
            [
                "The copy holds everything acknowledged before the command began, and is verified. To go back to it, "
                    + "run `culvert serve --data TARGET`.",
            ],
            Examples =
            [
                ("culvert backup /backup/monday", "of ./data"),
                ("culvert backup --data /var/lib/culvert /backup/$(date +%F)", "of another, named by the day"),
                ("culvert backup /backup/now && culvert verify --data /backup/now", "and read the copy back"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "the copy is complete and on disk"),
                (ExitCode.Failed, "there is no copy; stderr says why"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.Interrupted, "Ctrl-C; there is no copy (143 after SIGTERM)"),
            ],
        };
        command.Add(target);
        command.Add(data);
        command.SetAction((result, cancellationToken) => DataCommandRun.RunAsync(
            terminal,
            result.GetValue(data) ?? DataOption.Default,
            (directory, progress) => server.BackupAsync(
                directory,
                Path.GetFullPath(result.GetRequiredValue(target), terminal.WorkingDirectory),
                progress,
                cancellationToken)));
        return command;
    }
}
