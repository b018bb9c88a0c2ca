using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>A database with the threads that work on it. Safe for concurrent calls.</summary>
/// <remarks>Calls of a database block, so all of them run on threads of its own and none on the request pool.</remarks>
internal abstract class SqlDatabase : IAsyncDisposable
{
    /// <summary>What applies appends in this engine.</summary>
    /// <param name="incarnation">
    /// The lease that has to be good for an append to be committed, asked at each; 0 for none. Only where several
    /// nodes share a database.
    /// </param>
    public abstract RoomAppender CreateAppender(Func<long> incarnation);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction, as if no other one ran meanwhile; durable when the task ends.
    /// </summary>
    /// <remarks>
    /// Whatever the work throws rolls it back; the engine's own errors arrive as the store's. The work may run again.
    /// </remarks>
    /// <param name="work">What to do.</param>
    /// <param name="settle">
    /// Learns on the same thread, before the next transaction there begins, whether this one was committed.
    /// </param>
    /// <param name="cancellationToken">Takes effect while the work is queued.</param>
    /// <exception cref="StoreException">
    /// The engine failed. Nothing was changed, unless the connection broke while it was being committed.
    /// </exception>
    public abstract Task<T> WriteAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken);

    /// <summary>
    /// The same for a work that locks the rooms it changes before it looks at them: it never has to run again because
    /// of others, and works of this kind run one after the other in the order they came.
    /// </summary>
    public abstract Task<T> WriteLockedAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="work"/> in one snapshot; it cannot write.</summary>
    /// <exception cref="StoreException">The engine failed.</exception>
    public abstract Task<T> ReadSessionAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken);

    /// <summary>Makes erased text leave the engine's own files soon, where they keep any.</summary>
    public abstract Task RequestErasure();

    public abstract ValueTask DisposeAsync();
}
