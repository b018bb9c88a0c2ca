using System.Collections.Immutable;

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
    /// Tells every subscriber on this node. The other nodes know of a change by what the store committed with it.
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
