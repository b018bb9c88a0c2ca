using System.IO.Pipelines;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A connection after a WebSocket handshake: the same bytes, which are frames now.</summary>
internal sealed class WebSocketLeg(Leg carrier, LegKind kind) : Leg
{
    /// <summary>The subprotocol agreed on; null for none.</summary>
    public string? Subprotocol { get; init; }

    public override LegKind Kind => kind;

    public override string Name => carrier.Name;

    public override PipeReader Input => carrier.Input;

    public override PipeWriter Output => carrier.Output;

    public override bool EndedAbnormally => carrier.EndedAbnormally;

    public override ValueTask FinishAsync() => carrier.FinishAsync();

    public override void Abort() => carrier.Abort();

    public override ValueTask DisposeAsync() => carrier.DisposeAsync();
}
