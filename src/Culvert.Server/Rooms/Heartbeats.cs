using System.Buffers;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The heartbeat of each face, built once.</summary>
internal static class Heartbeats
{
    private static readonly byte[] Ndjson = Build(Face.Ndjson);
    private static readonly byte[] EventStream = Build(Face.EventStream);

    /// <summary>The heartbeat bytes; empty for WebSockets, which have pings instead.</summary>
    public static byte[] As(Face face) => face switch
    {
        Face.Ndjson => Ndjson,
        Face.EventStream or Face.EventStreamBody => EventStream,
        _ => [],
    };

    private static byte[] Build(Face face)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        FaceWriter.WriteControl(buffer, face, "hb"u8, EventWriter.Heartbeat);
        return buffer.WrittenSpan.ToArray();
    }
}
