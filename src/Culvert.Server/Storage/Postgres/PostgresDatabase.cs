using System.Data;
using System.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>
/// A PostgreSQL database that nodes share: one thread that appends, a few that write and several that read, each with
/// a connection that is made again when it breaks.
/// </summary>
/// <remarks>
/// Appends lock their rooms and see what was committed before each statement. Other writes are serializable and run
/// again when they met another, so what they look at stays true until they commit, as with the one writer of SQLite.
/// Reads are one snapshot.
/// </remarks>
internal sealed partial class PostgresDatabase : SqlDatabase
{
    private const string FindCluster = """
        select m.value || '-' || d.oid from meta m, pg_database d
        where m.key = 'cluster' and d.datname = current_database()
        """;

    private readonly List<PostgresSession> _sessions = [];
    private readonly WorkQueue _appends;
    private readonly WorkQueue _writes;
    private readonly WorkQueue _reads;
    private bool _disposed;

    private PostgresDatabase(string connectionString, string cluster, PostgresTuning tuning, TimeProvider time)
    {
        ConnectionString = connectionString;
        Cluster = cluster;
        var readers = tuning.Readers > 0 ? tuning.Readers : Math.Clamp(2 * Environment.ProcessorCount, 2, 8);
        _appends = NewQueue("culvert-postgres-appender", 1, IsolationLevel.ReadCommitted, isReader: false);
        _writes = NewQueue("culvert-postgres-writer", tuning.Writers, IsolationLevel.Serializable, isReader: false);
        _reads = NewQueue("culvert-postgres-reader", readers, IsolationLevel.RepeatableRead, isReader: true);

        WorkQueue NewQueue(string name, int count, IsolationLevel isolation, bool isReader)
        {
            var sessions = Enumerable.Range(0, count)
                .Select(_ => new PostgresSession(connectionString, isolation, isReader, time))
                .ToList();
            _sessions.AddRange(sessions);
            return new WorkQueue(
                name, sessions, tuning.QueueLimit, (session, work) => work.Run(session, write: !isReader));
        }
    }

    /// <summary>For connections of others to the same database. Holds the password: never to be shown.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// A word for the nodes that share this database: no other database has it, unless it is a copy on another server.
    /// </summary>
    public string Cluster { get; }

    /// <summary>True for what Npgsql takes as a connection string that names a host.</summary>
    public static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Connects, and creates or migrates the schema as needed.</summary>
    /// <param name="connectionString">As <see cref="IsConnectionString"/>.</param>
    /// <param name="tuning">Threads and limits.</param>
    /// <param name="time">For the pause between two attempts to connect.</param>
    /// <param name="logger">For what was set up.</param>
    /// <exception cref="StoreOpenException">It cannot be used; a person reads the message.</exception>
    public static PostgresDatabase Open(
        string connectionString, PostgresTuning tuning, TimeProvider time, ILogger logger)
    {
        const string Unfinished = "select count(*) from meta where key = 'migrating_from'";

        var started = Stopwatch.GetTimestamp();
        var parts = Complete(connectionString);
        var where = $"{parts.Database ?? parts.Username} on {parts.Host}";
        // A large table may take long to change.
        var patient = new NpgsqlConnectionStringBuilder(parts.ToString()) { CommandTimeout = 3600 };
        using var session = new PostgresSession(
            patient.ToString(), IsolationLevel.ReadCommitted, isReader: false, time);
        try
        {
            var renewed = session.Write(inner =>
            {
                PostgresMigrations.Run(inner, time, logger);
                if (!tuning.IsTarget && inner.QueryInt64(Unfinished) > 0)
                {
                    throw new StoreOpenException(
                        "a migration into it has not ended: run culvert migrate sqlite-to-postgres again.");
                }

                return RestoredRooms.RenewEpochs(inner, tuning.NewEpoch);
            });
            var cluster = session.Write(static inner => inner.QueryText(FindCluster));
            if (renewed > 0)
            {
                Log.EpochsRenewed(logger, renewed);
            }

            Log.Opened(
                logger, parts.Database, parts.Host, session.Connection.PostgreSqlVersion.ToString(),
                (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return new PostgresDatabase(parts.ToString(), cluster, tuning, time);
        }
        catch (Exception exception) when (exception is StoreException || PostgresErrors.IsUnreachable(exception))
        {
            throw new StoreOpenException(
                $"PostgreSQL database {where} cannot be used: {PostgresErrors.Cause(exception)}", exception);
        }
        catch (StoreOpenException exception)
        {
            throw new StoreOpenException(
                $"PostgreSQL database {where} cannot be used: {exception.Message}", exception);
        }
    }

    public override RoomAppender CreateAppender(Func<long> incarnation) => new PostgresAppender(
        new PostgresTexts(), incarnation);

    public override Task<T> WriteAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        _writes.RunAsync(new SqlCall<T>(work, settle, cancellationToken), cancellationToken);

    public override Task<T> WriteLockedAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        _appends.RunAsync(new SqlCall<T>(work, settle, cancellationToken), cancellationToken);

    public override Task<T> ReadSessionAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _reads.RunAsync(new SqlCall<T>(work, null, cancellationToken), cancellationToken);

    /// <remarks>The server's own vacuum does it.</remarks>
    public override Task RequestErasure() => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await Task.Run(Close);
        }
    }

    private void Close()
    {
        _sessions.ForEach(static session => session.StopWaiting());
        _appends.Dispose();
        _writes.Dispose();
        _reads.Dispose();
        _sessions.ForEach(static session => session.Dispose());
    }

    /// <summary>What has to be so, and what is better unless it was said otherwise.</summary>
    internal static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        // Each thread keeps its own connection, and knows by it what it has prepared there.
        var parts = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Enlist = false,
            TcpKeepAlive = true,
            ApplicationName = given.ApplicationName ?? "culvert",
        };
        if (!given.ContainsKey("Timeout"))
        {
            parts.Timeout = 5;
        }

        if (!given.ContainsKey("Max Auto Prepare"))
        {
            parts.MaxAutoPrepare = 200;
            parts.AutoPrepareMinUsages = 2;
        }

        return parts;
    }
}
