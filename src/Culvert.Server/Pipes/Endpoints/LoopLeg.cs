using System.IO.Pipelines;
using BufferOptions = System.IO.Pipelines.PipeOptions;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>An end inside this process: <c>echo:</c> gives back what it gets, <c>discard:</c> drops it.</summary>
internal sealed class LoopLeg : Leg
{
    private const int AheadBytes = 64 * 1024;

    private readonly Pipe _pipe = new(new BufferOptions(
        pauseWriterThreshold: AheadBytes,
        resumeWriterThreshold: AheadBytes / 2,
        useSynchronizationContext: false));

    private volatile bool _isAborted;

    public LoopLeg(bool echoes)
    {
        Output = echoes ? _pipe.Writer : PipeWriter.Create(Stream.Null);
        Name = echoes ? "echo:" : "discard:";
    }

    public override LegKind Kind => LegKind.Bytes;

    public override string Name { get; }

    public override PipeReader Input => _pipe.Reader;

    public override PipeWriter Output { get; }

    public override bool EndedAbnormally => _isAborted;

    public override ValueTask FinishAsync() => _pipe.Writer.CompleteAsync();

    public override void Abort()
    {
        _isAborted = true;
        _pipe.Writer.CancelPendingFlush();
        _pipe.Reader.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await _pipe.Reader.CompleteAsync();
    }
}
