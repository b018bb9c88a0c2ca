using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Copies the write-ahead log back into the database, on its own thread and connection.</summary>
/// <remarks>
/// A checkpoint on the writer's connection would make one unlucky commit wait for all the copying. A passive one
/// never makes anybody wait. One that empties the log needs the writer to stand still, so it runs only right after a
/// passive one, takes turns with the writer's transactions by a lock of the process (SQLite's own wait is a sleep, of
/// a whole second in some builds), and gives up at once when a reader is in the way. The connection stays its
/// opener's to close.
/// </remarks>
internal sealed partial class Checkpointer : IDisposable
{
    private static readonly TimeSpan BusyRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FailureRetry = TimeSpan.FromSeconds(1);

    private readonly SqliteSession _session;
    private readonly SqliteTuning _options;
    private readonly Lock _writing;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ITimer _retry;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private List<TaskCompletionSource> _erasures = [];
    private long _pages;
    private bool _failing;
    private volatile bool _stopping;

    public Checkpointer(
        SqliteSession session, SqliteTuning options, Lock writing, TimeProvider time, ILogger logger)
    {
        _writing = writing;
        _session = session;
        _options = options;
        _logger = logger;
        _retry = time.CreateTimer(
            static state => ((AutoResetEvent)state!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Loop) { IsBackground = true, Name = "culvert-checkpoint" };
        _thread.Start();
    }

    /// <summary>Counts pages the writer has put into the log. Called by the writer's thread only.</summary>
    public void Wrote(long pages)
    {
        if (Interlocked.Add(ref _pages, pages) >= _options.CheckpointPages)
        {
            _wake.Set();
        }
    }

    /// <summary>
    /// Empties the log soon, so that text that was erased leaves that file as well; tried again until it succeeds.
    /// The task ends when it has; it is cancelled when the database closes first.
    /// </summary>
    public Task RequestErasure()
    {
        var erasure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _erasures.Add(erasure);
        }

        _wake.Set();
        return erasure.Task;
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _retry.Dispose();
        _wake.Dispose();
        lock (_lock)
        {
            _erasures.ForEach(static erasure => erasure.SetCanceled());
            _erasures.Clear();
        }
    }

    // Ends when the database closes.
    private void Loop()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_stopping)
            {
                return;
            }

            try
            {
                Checkpoint();
                _failing = false;
            }
            catch (StoreException exception)
            {
                // The log only grows for now; most likely the disk is full. One line for the whole trouble.
                if (!_failing)
                {
                    Log.CheckpointFailed(_logger, exception.Message);
                }

                _failing = true;
                _retry.Change(FailureRetry, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Checkpoint()
    {
        List<TaskCompletionSource> erasures;
        lock (_lock)
        {
            erasures = _erasures;
            _erasures = [];
        }

        var emptied = false;
        try
        {
            Interlocked.Exchange(ref _pages, 0);
            Run(raw.SQLITE_CHECKPOINT_PASSIVE, out var logPages);
            if (erasures.Count > 0 || logPages >= _options.CheckpointCeilingPages)
            {
                lock (_writing)
                {
                    emptied = Run(raw.SQLITE_CHECKPOINT_TRUNCATE, out _);
                }
            }
        }
        finally
        {
            if (!emptied && erasures.Count > 0)
            {
                lock (_lock)
                {
                    _erasures.AddRange(erasures);
                }
            }
        }

        if (emptied)
        {
            erasures.ForEach(static erasure => erasure.SetResult());
        }
        else if (erasures.Count > 0)
        {
            _retry.Change(BusyRetry, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>False when readers or the writer kept it from finishing.</summary>
    private bool Run(int mode, out int logPages)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_session.Handle, "main", mode, out logPages, out _);
        if (result == raw.SQLITE_BUSY || (result & 0xff) == raw.SQLITE_BUSY)
        {
            return false;
        }

        _session.Check(result);
        return true;
    }
}
