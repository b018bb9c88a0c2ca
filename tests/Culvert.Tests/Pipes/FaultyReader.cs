using System.IO.Pipelines;

namespace Culvert.Tests.Pipes;

/// <summary>Throws once, at the first bytes, and is a good reader before and after.</summary>
internal sealed class FaultyReader(PipeReader inner) : PipeReader
{
    private bool _hasFailed;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(cancellationToken);
        if (!_hasFailed && !read.Buffer.IsEmpty)
        {
            _hasFailed = true;
            inner.AdvanceTo(read.Buffer.End);
            throw new InvalidOperationException("a fault of ours");
        }

        return read;
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
