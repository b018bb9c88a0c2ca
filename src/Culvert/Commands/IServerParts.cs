using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary>
/// What <c>serve</c>, <c>files</c>, <c>pipe</c>, <c>backup</c>, <c>verify</c>, <c>migrate</c> and <c>bench</c> need of
/// the server. Its implementation is the only place of the executable that names a type of the server, so the other
/// commands never load it or ASP.NET.
/// </summary>
internal interface IServerParts
{
    /// <summary>Runs the server until it is stopped; handles Ctrl-C and SIGTERM itself.</summary>
    /// <param name="configFile">The file of <c>--config</c>; null for culvert.json, if it is there.</param>
    /// <param name="settings">
    /// What the command line sets, by key, unchecked: <c>listen:0</c>, <c>pipes:/echo</c>.
    /// </param>
    /// <param name="cancellationToken">Stops the server as SIGTERM does.</param>
    /// <returns>The exit code: 0 after a stop that was asked for.</returns>
    Task<int> ServeAsync(
        string? configFile,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        CancellationToken cancellationToken);

    /// <summary>Serves files until it is stopped; handles Ctrl-C and SIGTERM itself.</summary>
    /// <param name="request">What the command line says, unchecked but for the port.</param>
    /// <param name="cancellationToken">Stops the server as SIGTERM does.</param>
    /// <returns>The exit code: 0 after a stop that was asked for.</returns>
    Task<int> ServeFilesAsync(FilesRequest request, CancellationToken cancellationToken);

    /// <summary>Joins two ends until both have ended.</summary>
    /// <param name="call">What the command line asks for, unchecked.</param>
    /// <param name="terminal">Standard input and output, and where messages go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Arguments.UsageException">What is asked for makes no sense.</exception>
    Task<int> PipeAsync(PipeCall call, Terminal terminal, CancellationToken cancellationToken);

    /// <summary>Copies the data of a server, which may be running, into a new file.</summary>
    /// <param name="dataDirectory">The directory of the server.</param>
    /// <param name="target">Where the copy goes.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up; no half copy stays.</param>
    Task<DataReport> BackupAsync(
        string dataDirectory, string target, IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>Copies a stopped server's data from SQLite into the configured PostgreSQL database.</summary>
    /// <param name="dataDirectory">The directory of the server.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops; the next run goes on from there.</param>
    /// <exception cref="Arguments.UsageException">No database is configured.</exception>
    Task<DataReport> MigrateAsync(
        string dataDirectory, IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>Fills a room of a stopped server with made-up messages.</summary>
    /// <param name="dataDirectory">The directory of the server.</param>
    /// <param name="call">What the command line asks for.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up; what was written stays.</param>
    Task<DataReport> SeedAsync(
        string dataDirectory, SeedCall call, IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>True when the configuration names a PostgreSQL database, which holds the rooms.</summary>
    bool HasStore { get; }

    /// <summary>Reads everything in that database and reports what does not fit together.</summary>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Arguments.UsageException">No database is configured.</exception>
    Task<DataReport> VerifyStoreAsync(IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>Reads everything in a data directory or backup and reports what does not fit together.</summary>
    /// <param name="path">The directory of the server, or a backup.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<DataReport> VerifyAsync(
        string path, IProgress<double>? progress, CancellationToken cancellationToken);
}
