using System.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>
/// The embedded database of one data directory: one writer thread, several reader threads, checkpoints.
/// </summary>
/// <remarks>
/// SQLite calls block the thread they run on, so all of them run on threads of this class and none on the request
/// pool. Safe for concurrent calls. Closing finishes what is queued.
/// </remarks>
internal sealed partial class SqliteDatabase : SqlDatabase
{
    private readonly FileStream _lock;
    private readonly List<SqliteSession> _sessions;
    private readonly Lock _writing = new();
    private readonly WorkQueue _writes;
    private readonly WorkQueue _reads;
    private readonly Checkpointer _checkpointer;
    private bool _disposed;

    /// <param name="path">Full path of the database file.</param>
    /// <param name="directoryLock">The claim on the directory; owned from now on.</param>
    /// <param name="sessions">The writer, the connection for checkpoints, the readers; owned from now on.</param>
    /// <param name="options">Limits of the queues and of the log.</param>
    /// <param name="time">For trying a checkpoint again.</param>
    /// <param name="logger">For checkpoints that fail.</param>
    private SqliteDatabase(
        string path, FileStream directoryLock, List<SqliteSession> sessions, SqliteTuning options,
        TimeProvider time, ILogger logger)
    {
        Path = path;
        _lock = directoryLock;
        _sessions = sessions;
        _checkpointer = new Checkpointer(sessions[1], options, _writing, time, logger);
        _writes = new WorkQueue("culvert-sqlite-writer", [sessions[0]], options.QueueLimit, RunWrite);
        _reads = new WorkQueue(
            "culvert-sqlite-reader",
            sessions[2..],
            options.QueueLimit,
            static (session, work) => work.Run(session, write: false));
    }

    /// <summary>Full path of the database file.</summary>
    public string Path { get; }

    /// <summary>Opens the database, creating or migrating it as needed, and claims the directory.</summary>
    /// <exception cref="StoreOpenException">It cannot be used; a person reads the message.</exception>
    public static SqliteDatabase Open(
        string dataDirectory, SqliteTuning options, TimeProvider time, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        SqliteLibrary.EnsureLoaded();
        var directory = System.IO.Path.GetFullPath(dataDirectory);
        var path = SqliteFiles.Prepare(directory);
        var directoryLock = DirectoryLock.Take(directory);
        var sessions = new List<SqliteSession>();
        try
        {
            SqliteFiles.CreatePrivately(path);
            var writer = SqliteFiles.OpenWriter(path, options);
            sessions.Add(writer);
            Migrations.Run(writer, path, time, logger);
            var renewed = writer.Write(session => RestoredRooms.RenewEpochs(session, options.NewEpoch));
            if (renewed > 0)
            {
                Log.EpochsRenewed(logger, renewed);
            }

            sessions.Add(SqliteFiles.OpenCheckpointer(path, options));
            var readers = options.Readers > 0 ? options.Readers : Math.Max(2, 2 * Environment.ProcessorCount);
            while (sessions.Count < 2 + readers)
            {
                sessions.Add(new SqliteSession(() => SqliteFiles.OpenReader(path).Handle));
            }

            var database = new SqliteDatabase(path, directoryLock, sessions, options, time, logger);
            // A stop right after an erasure may have left the text in the log.
            _ = database.RequestErasure();
            Log.Opened(
                logger, path, SqliteLibrary.Version, options.Durability,
                (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return database;
        }
        catch (Exception exception)
        {
            sessions.ForEach(static session => session.Dispose());
            directoryLock.Dispose();
            if (exception is StoreException or IOException or UnauthorizedAccessException)
            {
                throw SqliteFiles.Explain(path, exception);
            }

            throw;
        }
    }

    /// <remarks>There is one node: nothing to ask a lease for.</remarks>
    public override RoomAppender CreateAppender(Func<long> incarnation) => new SqliteAppender(new SqliteTexts());

    public override Task<T> WriteAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        _writes.RunAsync(new SqlCall<T>(work, settle, cancellationToken), cancellationToken);

    /// <remarks>The writer is alone, so every work of it is of this kind.</remarks>
    public override Task<T> WriteLockedAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        WriteAsync(work, settle, cancellationToken);

    public override Task<T> ReadSessionAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _reads.RunAsync(new SqlCall<T>(work, null, cancellationToken), cancellationToken);

    /// <summary>
    /// Empties the write-ahead log soon, so that erased text leaves that file too. The task ends when it has; nobody
    /// has to await it.
    /// </summary>
    public override Task RequestErasure() => _checkpointer.RequestErasure();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await Task.Run(Close);
    }

    private void Close()
    {
        _writes.Dispose();
        _reads.Dispose();
        _checkpointer.Dispose();
        // The last connection empties the log into the database as it closes; only one that may write can.
        _sessions.Reverse();
        _sessions.ForEach(static session => session.Dispose());
        _lock.Dispose();
    }

    private void RunWrite(SqlSession session, SqlWork work)
    {
        lock (_writing)
        {
            work.Run(session, write: true);
        }

        var handle = ((SqliteSession)session).Handle;
        raw.sqlite3_db_status(handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        _checkpointer.Wrote(pages);
    }
}
