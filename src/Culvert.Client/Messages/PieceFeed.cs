using System.IO.Pipelines;

namespace Culvert.Client.Messages;

/// <summary>
/// A message on its way from the connection to its reader: the one writes as pieces come, the other reads at its own
/// pace, and what waits in between is bounded.
/// </summary>
internal sealed class PieceFeed
{
    private readonly Pipe _pipe;
    private volatile bool _isGivenUp;

    /// <param name="mostBytes">Bytes that wait before adding does; it goes on at a quarter of them.</param>
    public PieceFeed(int mostBytes) => _pipe = new Pipe(new PipeOptions(
        pauseWriterThreshold: mostBytes,
        resumeWriterThreshold: Math.Max(1, mostBytes / 4),
        useSynchronizationContext: false));

    /// <summary>For the reader. Completing it drops what follows.</summary>
    public PipeReader Input => _pipe.Reader;

    /// <summary>Adds a piece; waits while too much waits for the reader.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (!_isGivenUp && !piece.IsEmpty)
        {
            await _pipe.Writer.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>This side closes: nothing waits for the reader any more, and what follows is dropped.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        _pipe.Writer.CancelPendingFlush();
    }

    /// <summary>The last piece has been added. After giving up the reader is told that some are missing.</summary>
    public void Complete() => _pipe.Writer.Complete(
        _isGivenUp ? new IOException("The connection was closed here before the message was read.") : null);

    /// <summary>The message is cut off.</summary>
    public void Break(Exception cause) => _pipe.Writer.Complete(cause);
}
