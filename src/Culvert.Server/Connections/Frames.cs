using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Connections;

/// <summary>Frames of one connection.</summary>
internal static class Frames
{
    public static byte[] Text(ReadOnlySpan<byte> line) => WebSocketWriter.Prepare(Opcode.Text, line);

    public static byte[] Pong(ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 2);
        WebSocketWriter.WritePong(output, payload);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Close(int code, string reason)
    {
        var output = new ArrayBufferWriter<byte>(16);
        WebSocketWriter.WriteClose(output, code, reason);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>An empty ping, the same for everybody.</summary>
    public static byte[] Ping { get; } = [0x89, 0x00];
}
