using System.Diagnostics.Metrics;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Shows what the writer loops count by themselves: at their rate nothing may be called per event.</summary>
internal static class RoomMetrics
{
    private static readonly (Face Face, KeyValuePair<string, object?> Transport)[] Transports =
    [
        (Face.Frame, Tag("websocket")),
        (Face.DeflatedFrame, Tag("websocket-deflate")),
        (Face.PlainFrame, Tag("websocket-plain")),
        (Face.EventStream, Tag("sse")),
        (Face.EventStreamBody, Tag("sse-rooms")),
        (Face.Ndjson, Tag("ndjson")),
    ];

    public static void Watch(CulvertMeter meter, WriterLoops loops)
    {
        meter.Meter.CreateObservableUpDownCounter(
            "culvert.connections",
            () => Transports.Select(each => new Measurement<long>(
                loops.All.Sum(loop => (long)loop.CountOf(each.Face)), each.Transport)),
            "{connection}",
            "Open connections that read rooms, by transport; ndjson has those that wait in a long poll too.");
        meter.Meter.CreateObservableCounter(
            "culvert.deliveries",
            () => loops.All.Sum(loop => loop.Delivered),
            "{event}",
            "Events of rooms handed to connections.");
        meter.Meter.CreateObservableCounter(
            "culvert.sent",
            () => loops.All.Sum(loop => loop.BytesSent),
            "By",
            "Bytes handed to connections that read rooms.");
    }

    private static KeyValuePair<string, object?> Tag(string transport) => new("culvert.transport", transport);
}
