using System.Diagnostics.Metrics;
using Culvert.Server.Diagnostics;

namespace Culvert.Server.Nodes;

/// <summary>The life of a node, for operators.</summary>
internal sealed class NodeMetrics(CulvertMeter meter)
{
    public Counter<long> Renewals { get; } = meter.Meter.CreateCounter<long>(
        "culvert.node.renewals", "{renewal}", "Renewals of this node's lease that the store granted.");

    public Counter<long> Fenced { get; } = meter.Meter.CreateCounter<long>(
        "culvert.node.fenced", "{event}", "Times that this node's lease was found to be over.");

    /// <summary>Shows how many nodes were alive when last looked.</summary>
    public void Watch(Func<int> liveNodes) => meter.Meter.CreateObservableGauge(
        "culvert.node.live", liveNodes, "{node}", "Nodes of the cluster that hold a lease.");
}
