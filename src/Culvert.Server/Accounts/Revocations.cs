using System.Collections.Immutable;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Tells whoever holds connections that credentials ended, so that the connections end too.</summary>
/// <remarks>
/// Safe for concurrent use. A handler runs on the thread that made the change, after the change was committed and
/// before its request is answered; it must not block and must not throw: it marks connections, others close them.
/// </remarks>
internal sealed class Revocations
{
    private ImmutableArray<Action<Revocation>> _handlers = [];

    /// <summary>Calls the handler at every revocation until the result is disposed.</summary>
    public IDisposable Subscribe(Action<Revocation> handler)
    {
        ImmutableInterlocked.Update(ref _handlers, static (all, one) => all.Add(one), handler);
        return new Subscription(this, handler);
    }

    /// <summary>
    /// Tells the other nodes; null where there are none. Set before the first revocation. Throws
    /// <see cref="StoreException"/> when they do not know yet.
    /// </summary>
    public Func<Revocation, ValueTask>? Tell { get; set; }

    /// <summary>Acts on it here, and returns when the other nodes are bound to do so too.</summary>
    /// <exception cref="StoreException">The others do not know yet; they will.</exception>
    public ValueTask PublishAsync(Revocation revocation)
    {
        Act(revocation);
        return Tell is null ? ValueTask.CompletedTask : Tell(revocation);
    }

    /// <summary>
    /// Tells every subscriber on this node: the change was made by another, or nobody else has to know.
    /// </summary>
    public void Act(Revocation revocation)
    {
        foreach (var handler in _handlers)
        {
            handler(revocation);
        }
    }

    private sealed class Subscription(Revocations owner, Action<Revocation> handler) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref owner._handlers, static (all, one) => all.Remove(one), handler);
    }
}
