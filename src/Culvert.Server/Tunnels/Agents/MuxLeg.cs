using System.IO.Pipelines;
using Culvert.Client.Multiplexing;
using Culvert.Server.Pipes;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>A stream of a tunnel as an end of a relay.</summary>
internal sealed class MuxLeg(MuxStream stream, string name, TunnelMetrics metrics) : Leg
{
    public override LegKind Kind => LegKind.Bytes;

    public override string Name => name;

    public override PipeReader Input => stream.Input;

    public override PipeWriter Output => stream.Output;

    /// <summary>Only a FIN is a proper end: not a reset, and not the loss of the carrier.</summary>
    public override bool EndedAbnormally => !stream.PeerFinished;

    public override ValueTask FinishAsync()
    {
        stream.Finish();
        return default;
    }

    public override void Abort() => stream.Abort();

    public override ValueTask DisposeAsync()
    {
        metrics.EndWindow(stream.WindowBytes);
        return stream.DisposeAsync();
    }
}
