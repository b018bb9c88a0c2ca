using Culvert.Client.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>Takes the streams that the server opens for one name.</summary>
internal interface IStreamTaker
{
    /// <summary>
    /// Answers the request, and serves the stream to its end or gives it to somebody who will. Overlaps with itself.
    /// </summary>
    /// <param name="stream">Behind its head; owned from here on.</param>
    /// <param name="request">What the head said.</param>
    /// <param name="cancellationToken">Fires when the carrier has gone.</param>
    Task TakeAsync(MuxStream stream, StreamRequest request, CancellationToken cancellationToken);

    /// <summary>The session has ended for good: nothing comes any more.</summary>
    /// <param name="error">Why; null when it was disposed of.</param>
    void End(TunnelException? error);
}
