using System.IO.Pipelines;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A stream as output of a leg: a reader that is gone is a completed flush and no exception.</summary>
internal sealed class StreamOutput(Stream stream) : PipeWriter
{
    private readonly PipeWriter _writer = Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    private volatile bool _hasEnded;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _writer.UnflushedBytes;

    public override void Advance(int bytes) => _writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _writer.GetSpan(sizeHint);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!_hasEnded)
        {
            try
            {
                return await _writer.FlushAsync(cancellationToken);
            }
            catch (Exception exception) when (
                StreamLeg.IsEnd(exception)
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // In the second form an HTTP server says that a client has gone.
                _hasEnded = true;
            }
        }

        return new FlushResult(isCanceled: false, isCompleted: true);
    }

    public override void CancelPendingFlush() => _writer.CancelPendingFlush();

    /// <summary>Drops what was not flushed. The leg closes the stream.</summary>
    public override void Complete(Exception? exception = null)
    {
        // With an exception the writer drops its bytes; without, it would write them, blocking.
        _writer.Complete(exception ?? new IOException("closed"));
    }
}
