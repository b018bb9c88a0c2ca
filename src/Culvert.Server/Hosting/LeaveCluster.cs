using Culvert.Server.Diagnostics;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Gives the lease back once all is committed, so that nobody waits for it to end.</summary>
internal sealed class LeaveCluster(ClusterNode node, IRoomBus bus) : IDrainStep
{
    public DrainStage Stage => DrainStage.CloseStores;

    public string Name => "cluster";

    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await node.StopAsync(cancellationToken);
        await bus.DisposeAsync();
    }
}
