using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>The stream of bytes that a session runs on: a WebSocket's binary messages, or a socket.</summary>
/// <remarks>
/// A <see cref="MuxSession"/> owns its carrier. It has one receive, one send and at most one close under way at a time,
/// and these may overlap; <see cref="Abort"/> comes from any thread at any time. A carrier that cannot go on throws
/// <see cref="IOException"/> from whatever is under way: that is a lost carrier, and never a proper end.
/// </remarks>
internal abstract class Carrier : IAsyncDisposable
{
    /// <summary>The most that one send is given, bytes, without the headroom.</summary>
    public const int MaxBatchBytes = 64 * 1024;

    /// <summary>
    /// Bytes before each batch, in the same memory, for the carrier's own frame header: 0 to 16. Constant.
    /// </summary>
    public virtual int HeadroomBytes => 0;

    /// <summary>
    /// The next bytes, cut anywhere; valid until the next call. Empty is the proper end: a Close frame, a FIN.
    /// </summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends a batch.</summary>
    /// <param name="batch">
    /// <see cref="HeadroomBytes"/> bytes for the carrier to fill, then 1 to <see cref="MaxBatchBytes"/> of the session.
    /// Until the task completes the carrier may change them in place, as masking does; after it they are not its own.
    /// </param>
    /// <param name="cancellationToken">Fires when the session gives up.</param>
    public abstract ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken);

    /// <summary>
    /// Ends our direction, after the last send. Receiving goes on, for a moment, until the peer has ended its own.
    /// </summary>
    /// <param name="code">How the session ended; a WebSocket closes with 1000, 1002 or 1011.</param>
    /// <param name="reason">For the peer's log.</param>
    /// <param name="cancellationToken">Fires when the time for it is up.</param>
    public abstract ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken);

    /// <summary>Breaks the connection. What is under way ends soon. May be called more than once.</summary>
    public abstract void Abort();

    /// <summary>Frees everything; nothing is under way any more.</summary>
    public abstract ValueTask DisposeAsync();
}
