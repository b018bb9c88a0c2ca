using Culvert.Protocol.WebSockets;
using Culvert.Server.Diagnostics;
using Culvert.Server.Tunnels.Agents;

namespace Culvert.Server.Tunnels;

/// <summary>Tells every agent that no more streams are taken, lets those that are open end, and closes.</summary>
internal sealed class DrainTunnels(AgentTable agents) : IDrainStep
{
    public DrainStage Stage => DrainStage.TellPeers;

    public string Name => "tunnels";

    public Task DrainAsync(CancellationToken cancellationToken) =>
        agents.DrainAsync(CloseCode.ServiceRestart, "restarting", cancellationToken);
}
