using System.IO.Pipelines;

namespace Culvert.Client.Multiplexing;

/// <summary>The writing side of a stream: each flush lets the session know, and waits while too much waits.</summary>
internal sealed class MuxOutput(MuxStream stream, PipeWriter inner) : PipeWriter
{
    // So few are sent by whoever writes them, without the way through another thread. With more it is quicker to write
    // on meanwhile.
    private const int SmallBytes = 4096;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var isSmall = inner.UnflushedBytes <= SmallBytes;
        var flushing = inner.FlushAsync(cancellationToken);
        stream.OutputIsReady(isSmall);
        return flushing;
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        var isSmall = inner.UnflushedBytes + source.Length <= SmallBytes;
        var writing = inner.WriteAsync(source, cancellationToken);
        stream.OutputIsReady(isSmall);
        return writing;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>Finishes our direction; with an exception, aborts the stream instead.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            stream.Abort();
        }

        inner.Complete();
        stream.OutputIsComplete();
    }
}
