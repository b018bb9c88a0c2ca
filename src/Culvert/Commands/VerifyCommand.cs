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
            Description = $"A data directory or backup on SQLite. Default CULVERT_STORE, else {DataOption.Default}.",
        };
        var command = new CommandPage(
            "verify", "Reads all the data of a server and reports anything damaged or missing.")
        {
            Notes =
            [
                "Changes nothing, and may run beside the server. When CULVERT_STORE, or store in culvert.json, names a "
                    + "PostgreSQL database, that is read, unless --data is given.",
            ],
            Examples =
            [
                ("culvert verify", "reads ./data"),
                ("culvert verify --data /backup/monday", "reads a backup"),
                ("CULVERT_STORE='Host=db;Database=culvert' culvert verify", "reads the rooms in PostgreSQL"),
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
        command.SetAction((result, cancellationToken) => result.GetValue(data) is null && server.HasStore
            ? DataCommandRun.RunAsync(terminal, progress => server.VerifyStoreAsync(progress, cancellationToken))
            : DataCommandRun.RunAsync(
                terminal,
                result.GetValue(data) ?? DataOption.Default,
                (directory, progress) => server.VerifyAsync(directory, progress, cancellationToken)));
        return command;
    }
}
