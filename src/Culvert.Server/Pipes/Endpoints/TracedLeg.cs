using System.IO.Pipelines;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A leg whose peer's frames, or bytes, are described as they are taken.</summary>
internal sealed class TracedLeg(Leg leg, string direction, Action<string> say) : Leg
{
    public override LegKind Kind => leg.Kind;

    public override string Name => leg.Name;

    public override PipeReader Input { get; } =
        new TracedReader(leg.Input, new FrameTrace(direction, leg.Kind != LegKind.Bytes, say));

    public override PipeWriter Output => leg.Output;

    public override bool EndedAbnormally => leg.EndedAbnormally;

    public override string? EndNote => leg.EndNote;

    public override ValueTask FinishAsync() => leg.FinishAsync();

    public override void Abort() => leg.Abort();

    public override ValueTask DisposeAsync() => leg.DisposeAsync();
}
