using System.IO.Pipelines;

namespace Culvert.Server.Pipes;

/// <summary>One of the two connections that a relay joins, after its handshakes.</summary>
/// <remarks>
/// One reader of <see cref="Input"/> and one writer of <see cref="Output"/> at a time; <see cref="Abort"/> may come
/// from any thread at any time. What a peer does is never an exception: its end completes <see cref="Input"/>, and a
/// flush toward a peer that is gone says completed.
/// </remarks>
internal abstract class Leg : IAsyncDisposable
{
    /// <summary>What the peer speaks.</summary>
    public abstract LegKind Kind { get; }

    /// <summary>Names the peer in the log: no secrets, such as a query, belong here.</summary>
    public abstract string Name { get; }

    /// <summary>What the peer sends; completes at its end, whichever that is.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>The way to the peer.</summary>
    public abstract PipeWriter Output { get; }

    /// <summary>
    /// True, once <see cref="Input"/> has completed, when that was no proper end: reset, TLS cut, process killed.
    /// </summary>
    public virtual bool EndedAbnormally => false;

    /// <summary>How the peer ended, where there is more to say than that it did, such as <c>exit 3</c>.</summary>
    public virtual string? EndNote => null;

    /// <summary>
    /// Tells the peer that nothing more comes from our side: FIN, TLS close_notify, closed stdin. Reading goes on. Call
    /// at most once, with nothing unflushed.
    /// </summary>
    public abstract ValueTask FinishAsync();

    /// <summary>
    /// Breaks the connection so that the peer cannot take it for a proper end: RST, a killed process. Reads and flushes
    /// under way end soon. May be called more than once.
    /// </summary>
    public abstract void Abort();

    /// <summary>
    /// Ends the connection without waiting for the peer: properly, when everything that it sent was read.
    /// </summary>
    public virtual ValueTask CloseAsync()
    {
        Abort();
        return default;
    }

    /// <summary>
    /// Closes. Where the peer may still be sending, reads on for a bounded time first, so that no reset destroys what
    /// was sent to it.
    /// </summary>
    public abstract ValueTask DisposeAsync();
}
