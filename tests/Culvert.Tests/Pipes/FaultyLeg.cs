using System.IO.Pipelines;
using Culvert.Server.Pipes;

namespace Culvert.Tests.Pipes;

/// <summary>A leg whose reader has a fault that is nobody's but ours: it throws at the first bytes.</summary>
internal sealed class FaultyLeg(Leg carrier) : Leg
{
    public override LegKind Kind => carrier.Kind;

    public override string Name => carrier.Name;

    public override PipeReader Input { get; } = new FaultyReader(carrier.Input);

    public override PipeWriter Output => carrier.Output;

    public override bool EndedAbnormally => carrier.EndedAbnormally;

    public override ValueTask FinishAsync() => carrier.FinishAsync();

    public override void Abort() => carrier.Abort();

    public override ValueTask DisposeAsync() => carrier.DisposeAsync();
}
