using System.Collections.Concurrent;

namespace Culvert.Server.Storage.Sql;

/// <summary>Dedicated threads, each with a connection, and the bounded queue of works they share.</summary>
/// <remarks>Calls of a database block, so they must not run on the request pool. Safe for concurrent calls.</remarks>
internal sealed class WorkQueue : IDisposable
{
    private readonly BlockingCollection<SqlWork> _works = [];
#pragma warning disable CA2213 // Disposing it would strand callers that wait for a slot; it holds no handle.
    private readonly SemaphoreSlim _slots;
#pragma warning restore CA2213
    private readonly Thread[] _threads;
    private readonly Action<SqlSession, SqlWork> _run;

    public WorkQueue(
        string name, IReadOnlyList<SqlSession> sessions, int limit, Action<SqlSession, SqlWork> run)
    {
        _slots = new SemaphoreSlim(limit);
        _run = run;
        _threads = new Thread[sessions.Count];
        for (var index = 0; index < _threads.Length; index++)
        {
            var session = sessions[index];
            _threads[index] = new Thread(() => Loop(session)) { IsBackground = true, Name = name };
            _threads[index].Start();
        }
    }

    /// <summary>Queues the work, waiting for a slot while the queue is full, and returns its result.</summary>
    public async Task<T> RunAsync<T>(SqlCall<T> work, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            _works.Add(work, CancellationToken.None);
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
        _works.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _works.Dispose();
    }

    // Ends when the queue is closed and empty.
    private void Loop(SqlSession session)
    {
        foreach (var work in _works.GetConsumingEnumerable())
        {
            _slots.Release();
            _run(session, work);
        }
    }
}
