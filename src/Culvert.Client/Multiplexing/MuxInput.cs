using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Culvert.Client.Multiplexing;

/// <summary>The reading side of a stream: what the application consumes becomes credit for the peer.</summary>
internal sealed class MuxInput(MuxStream stream, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _read;

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = inner.TryRead(out result);
        _read = result.Buffer;
        return hasRead;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully
            ? new ValueTask<ReadResult>(Keep(reading.Result))
            : KeepAsync(reading);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = _read.Slice(_read.Start, consumed).Length;
        _read = default;
        inner.AdvanceTo(consumed, examined);
        stream.Consumed(bytes);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <summary>Reads no more. What still comes is dropped, and the peer gets credit for it.</summary>
    public override void Complete(Exception? exception = null)
    {
        _read = default;
        inner.Complete();
        stream.DropInput();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> reading) =>
        Keep(await reading.ConfigureAwait(false));

    private ReadResult Keep(ReadResult result)
    {
        _read = result.Buffer;
        return result;
    }
}
