using Culvert.Arguments;
using Culvert.Chat;
using Culvert.Chat.Seeding;
using Culvert.Server.Files;
using Culvert.Server.Hosting;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Tailing;
using Culvert.Terminals;
using ServerOptions = Culvert.Servers.ServerOptions;

namespace Culvert.Commands;

/// <summary>Binds the commands to the server of this build.</summary>
internal sealed class ServerParts : IServerParts
{
    public Task<int> ServeAsync(
        string? configFile,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        CancellationToken cancellationToken) =>
        ServerProcess.RunAsync(
            configFile,
            settings,
            ChatApplication.Hooks(HintAt),
            Console.Out,
            Console.Error,
            cancellationToken);

    public Task<int> ServeFilesAsync(FilesRequest request, CancellationToken cancellationToken) =>
        FileServer.RunAsync(
            new FileServerOptions
            {
                Host = request.Host,
                Port = request.Port,
                Verbose = request.Verbose,
                Files = new SiteOptions
                {
                    Root = request.TopDirectory,
                    Listing = request.Listing,
                    Fallback = request.Fallback,
                    LiveReload = request.LiveReload,
                    AccessLog = request.AccessLog,
                },
            },
            Console.Out,
            Console.Error,
            cancellationToken);

    public async Task<int> PipeAsync(PipeCall call, Terminal terminal, CancellationToken cancellationToken)
    {
        var request = new PipeRequest
        {
            First = call.First,
            Second = call.Second,
            Framing = call.Framing,
            Text = call.Text,
            ChunkBytes = call.ChunkBytes,
            SplitsLargeFrames = call.SplitsLargeFrames,
            AbortsOnClientLoss = call.AbortsOnClientLoss,
            ClosesOnEof = call.ClosesOnEof,
            MaxRedirects = call.MaxRedirects,
            Once = call.Once,
            Subprotocols = call.Subprotocols,
            Headers = call.Headers,
            Origin = call.Origin,
            AllowedOrigins = call.AllowedOrigins,
            Proxy = call.Proxy,
            AuthorityFile = call.AuthorityFile,
            DangerousAcceptAnyCertificate = call.DangerousAcceptAnyCertificate,
            Linger = call.Linger,
            HalfClose = call.HalfClose,
            ShowsFrames = call.ShowsFrames,
            Variable = terminal.Variable,
        };
        var error = TextWriter.Synchronized(terminal.Error);
        var outcome = await PipeProcess.RunAsync(
            request, terminal.Input, terminal.Output, Say, terminal.Time, cancellationToken);
        if (outcome.Kind == PipeOutcomeKind.BadRequest)
        {
            throw new UsageException(outcome.Message ?? "the two ends do not fit");
        }

        if (outcome.Message is { } message)
        {
            Say(message);
        }

        return outcome.Kind switch
        {
            PipeOutcomeKind.Done => ExitCode.Done,
            PipeOutcomeKind.CannotConnect => ExitCode.CannotConnect,
            PipeOutcomeKind.Refused => ExitCode.Refused,
            PipeOutcomeKind.Broken => ExitCode.Broken,
            PipeOutcomeKind.Stopped => terminal.WasTerminated() ? ExitCode.Terminated : ExitCode.Interrupted,
            _ => ExitCode.Failed,
        };

        // Part of it may be a peer's own words.
        void Say(string text) => error.WriteLine($"culvert pipe: {DisplayText.Of(text)}");
    }

    /// <summary>The default server needs no naming.</summary>
    private static string HintAt(string address) => address == ServerOptions.DefaultServer
        ? "now type, in another terminal: culvert tail lobby"
        : $"now type, in another terminal: culvert tail lobby --server {address}";

    public async Task<DataReport> BackupAsync(
        string dataDirectory, string target, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (DataDirectory.FindStore() is not null)
        {
            throw new UsageException(
                "the rooms are in PostgreSQL: copy that database with pg_dump, and the data directory as it is");
        }

        var bytes = await DataDirectory.BackupAsync(dataDirectory, target, progress, cancellationToken);
        return new DataReport($"copied and verified {bytes:N0} bytes; use it with: culvert serve --data {target}", []);
    }

    public async Task<DataReport> MigrateAsync(
        string dataDirectory, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var store = DataDirectory.FindStore()
            ?? throw new UsageException("name the PostgreSQL database with CULVERT_STORE or store in culvert.json");
        var rows = await DataDirectory.MigrateAsync(dataDirectory, store, progress, cancellationToken);
        return new DataReport(
            $"copied and compared {rows.Values.Sum():N0} rows, {rows["rooms"]:N0} rooms, "
            + $"{rows["messages"]:N0} messages; start the server with the same --data and CULVERT_STORE",
            []);
    }

    public async Task<DataReport> SeedAsync(
        string dataDirectory, SeedCall call, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var order = new SeedOrder(call.Room, call.Messages, call.Users, call.Languages);
        var count = await RoomSeeder.RunAsync(
            dataDirectory, DataDirectory.FindStore(), order, progress, cancellationToken);
        return new DataReport($"{call.Room} has {count:N0} messages now", []);
    }

    public bool HasStore => DataDirectory.FindStore() is not null;

    public async Task<DataReport> VerifyStoreAsync(
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var store = DataDirectory.FindStore()
            ?? throw new UsageException("name the PostgreSQL database with CULVERT_STORE or store in culvert.json");
        return ReportOf(await DataDirectory.VerifyStoreAsync(store, progress, cancellationToken));
    }

    public async Task<DataReport> VerifyAsync(
        string path, IProgress<double>? progress, CancellationToken cancellationToken) =>
        ReportOf(await DataDirectory.VerifyAsync(path, progress, cancellationToken));

    private static DataReport ReportOf(DataCheck check)
    {
        var verdict = check.Problems.Count == 0 ? "all is well" : $"{check.Problems.Count} problems";
        return new DataReport(
            $"read {check.Rooms:N0} rooms, {check.Events:N0} events, {check.Messages:N0} messages: {verdict}",
            check.Problems);
    }
}
