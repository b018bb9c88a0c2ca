using System.IO.Pipelines;

namespace Culvert.Server.Pipes;

/// <summary>A leg of bytes that has become a WebSocket by its handshake.</summary>
internal sealed class UpgradedLeg(LegKind kind, Leg transport) : Leg
{
    public override LegKind Kind => kind;

    public override string Name => transport.Name;

    public override PipeReader Input => transport.Input;

    public override PipeWriter Output => transport.Output;

    public override bool EndedAbnormally => transport.EndedAbnormally;

    public override string? EndNote => transport.EndNote;

    public override ValueTask FinishAsync() => transport.FinishAsync();

    public override void Abort() => transport.Abort();

    public override ValueTask DisposeAsync() => transport.DisposeAsync();
}
