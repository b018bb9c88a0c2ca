using System.Buffers;
using System.IO.Pipelines;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Shows a trace what its reader consumes.</summary>
internal sealed class TracedReader(PipeReader input, FrameTrace trace) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        trace.Add(_buffer.Slice(0, consumed));
        _buffer = default;
        input.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await input.ReadAsync(cancellationToken);
        _buffer = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var isThere = input.TryRead(out result);
        _buffer = isThere ? result.Buffer : default;
        return isThere;
    }
}
