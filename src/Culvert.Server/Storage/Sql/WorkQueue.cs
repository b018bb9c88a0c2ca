using System.Collections.Concurrent;

namespace Culvert.Server.Storage.Sql;

/// <summary>Dedicated threads, each with a connection, and the bounded queue of works they share.</summary>
/// <remarks>
/// Calls of a database block, so they must not run on the request pool. A thread starts when there is more to do at
/// once than there are threads, so that a quiet server has one and not all. Safe for concurrent calls.
/// </remarks>
internal sealed class WorkQueue : IDisposable
{
    private readonly BlockingCollection<SqlWork> _works = [];
#pragma warning disable CA2213 // Disposing it would strand callers that wait for a slot; it holds no handle.
    private readonly SemaphoreSlim _slots;
#pragma warning restore CA2213
    private readonly string _name;
    private readonly IReadOnlyList<SqlSession> _sessions;
    private readonly Action<SqlSession, SqlWork> _run;
    private readonly List<Thread> _threads = [];
    private int _unfinished;

    /// <param name="name">Of the threads.</param>
    /// <param name="sessions">One for each thread there may be; each is used by one thread only.</param>
    /// <param name="limit">Works that may wait; further callers wait to be queued.</param>
    /// <param name="run">Runs one work, without completing it; must not throw.</param>
    public WorkQueue(
        string name, IReadOnlyList<SqlSession> sessions, int limit, Action<SqlSession, SqlWork> run)
    {
        _slots = new SemaphoreSlim(limit);
        _name = name;
        _sessions = sessions;
        _run = run;
    }

    /// <summary>Queues the work, waiting for a slot while the queue is full, and returns its result.</summary>
    public async Task<T> RunAsync<T>(SqlCall<T> work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            Add(work);
        }
        catch (InvalidOperationException)
        {
            // The queue is closed. Passing the slot on tells the next caller who waits for one.
            _slots.Release();
            throw new ObjectDisposedException(nameof(SqlDatabase));
        }

        return await work.Completion;
    }

    /// <summary>Finishes what is queued and ends the threads.</summary>
    public void Dispose()
    {
        // In the lock: whatever was added before has its thread, and what comes later is refused.
        lock (_threads)
        {
            _works.CompleteAdding();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _works.Dispose();
    }

    private void Add(SqlWork work)
    {
        lock (_threads)
        {
            _works.Add(work, CancellationToken.None);
            if (++_unfinished > _threads.Count && _threads.Count < _sessions.Count)
            {
                var session = _sessions[_threads.Count];
                var thread = new Thread(() => Loop(session)) { IsBackground = true, Name = _name };
                thread.Start();
                _threads.Add(thread);
            }
        }
    }

    // Ends when the queue is closed and empty.
    private void Loop(SqlSession session)
    {
        foreach (var work in _works.GetConsumingEnumerable())
        {
            _slots.Release();
            _run(session, work);
            lock (_threads)
            {
                _unfinished--;
            }

            // Afterwards: who goes on with the next work at once must find this thread free.
            work.Complete();
        }
    }
}
