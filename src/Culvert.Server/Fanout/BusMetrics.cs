using System.Diagnostics.Metrics;
using Culvert.Server.Diagnostics;

namespace Culvert.Server.Fanout;

/// <summary>What went over the bus.</summary>
internal sealed class BusMetrics(CulvertMeter meter)
{
    public Counter<long> Sent { get; } = meter.Meter.CreateCounter<long>(
        "culvert.bus.sent", "{message}", "Messages given to the bus for the other nodes.");

    public Counter<long> Received { get; } = meter.Meter.CreateCounter<long>(
        "culvert.bus.received", "{message}", "Messages of other nodes that arrived.");

    public Counter<long> Dropped { get; } = meter.Meter.CreateCounter<long>(
        "culvert.bus.dropped", "{message}", "Messages that did not fit into the queue, or were too large to send.");

    public Counter<long> Lost { get; } = meter.Meter.CreateCounter<long>(
        "culvert.bus.lost", "{event}", "Times that messages may have been missed and the store was read instead.");
}
