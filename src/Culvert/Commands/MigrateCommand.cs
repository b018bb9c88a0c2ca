using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert migrate</c>: moves the data of a stopped server to another kind of store.</summary>
internal static class MigrateCommand
{
    private static readonly IReadOnlyList<(int Code, string Means)> ExitCodes =
    [
        (ExitCode.Done, "everything is copied, and was compared"),
        (ExitCode.Failed, "it is not; stderr says why. Nothing of the original was changed"),
        (ExitCode.Usage, "the command line is wrong, or no database is named"),
        (ExitCode.Interrupted, "Ctrl-C; the next run goes on from there (143 after SIGTERM)"),
    ];

    /// <summary>Declares the group.</summary>
    public static Command Create(Terminal terminal, IServerParts server) =>
        new CommandPage("migrate", "Moves the data of a stopped server to another kind of store.")
        {
            Examples =
            [
                ("CULVERT_STORE='Host=db;Database=culvert' culvert migrate sqlite-to-postgres", "of ./data"),
            ],
            ExitCodes = ExitCodes,
            Subcommands = { CreateSqliteToPostgres(terminal, server) },
        };

    private static CommandPage CreateSqliteToPostgres(Terminal terminal, IServerParts server)
    {
        var data = DataOption.Create();
        var command = new CommandPage(
            "sqlite-to-postgres", "Copies the database of a stopped server into the empty one of CULVERT_STORE.")
        {
            Notes =
            [
                "CULVERT_STORE, or store in culvert.json, names the PostgreSQL database. Uploads and keys stay in the "
                    + "data directory, which the server goes on using. When it is interrupted, run it again.",
                "Afterwards start the server with CULVERT_STORE set, and not without it again: what it wrote since "
                    + "then would be missing.",
            ],
            Examples =
            [
                ("CULVERT_STORE='Host=db;Database=culvert' culvert migrate sqlite-to-postgres", "of ./data"),
                ("culvert migrate sqlite-to-postgres --data /var/lib/culvert", "with store in culvert.json"),
                ("culvert migrate sqlite-to-postgres && culvert serve", "and go on from there"),
            ],
            ExitCodes = ExitCodes,
        };
        command.Add(data);
        command.SetAction((result, cancellationToken) => DataCommandRun.RunAsync(
            terminal,
            result.GetValue(data) ?? DataOption.Default,
            (directory, progress) => server.MigrateAsync(directory, progress, cancellationToken)));
        return command;
    }
}
