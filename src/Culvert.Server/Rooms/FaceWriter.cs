using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Rooms;

/// <summary>Wraps an event line for each face.</summary>
internal static class FaceWriter
{
    /// <summary>Writes one durable event; some kinds have no form in the plain face and write nothing.</summary>
    public static void Write(
        IBufferWriter<byte> output, Face face, ReadOnlySpan<byte> line, EventKind kind, string epoch, long offset)
    {
        switch (face)
        {
            case Face.Line:
                output.Write(line);
                break;
            case Face.Ndjson:
                output.Write(line);
                output.Write("\n"u8);
                break;
            case Face.EventStream:
                Span<byte> id = stackalloc byte[64];
                EventStreamWriter.WriteEvent(output, id[..WriteCursor(id, epoch, offset)], EventNames.Of(kind), line);
                break;
            case Face.EventStreamBody:
                EventStreamWriter.WriteEvent(output, default, EventNames.Of(kind), line);
                break;
            case Face.Frame:
                WebSocketWriter.WriteMessage(output, Opcode.Text, line);
                break;
            case Face.DeflatedFrame:
                WebSocketWriter.WriteDeflatedMessage(output, Opcode.Text, line);
                break;
            case Face.PlainFrame:
                PlainFace.Write(output, line, kind);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(face));
        }
    }

    /// <summary>
    /// Writes a line that is not part of the log (ready, gap, here, …). In an event stream <paramref name="id"/>
    /// becomes the id, so that a reader that breaks off before the first message can resume too.
    /// </summary>
    public static void WriteControl(
        IBufferWriter<byte> output,
        Face face,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> line,
        ReadOnlySpan<byte> id = default)
    {
        switch (face)
        {
            case Face.Ndjson:
                output.Write(line);
                output.Write("\n"u8);
                break;
            case Face.EventStream or Face.EventStreamBody:
                EventStreamWriter.WriteEvent(output, id, name, line);
                break;
            case Face.Frame or Face.DeflatedFrame:
                WebSocketWriter.WriteMessage(output, Opcode.Text, line);
                break;
            case Face.PlainFrame:
                // The plain face carries texts only.
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(face));
        }
    }

    /// <summary>The last bytes of a connection: the bye line, and for WebSockets the Close frame.</summary>
    public static byte[] Farewell(Face face, StreamCloseCode code, int afterMilliseconds)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var line = new ArrayBufferWriter<byte>(128);
        EventWriter.WriteBye(line, code, null, afterMilliseconds);
        WriteControl(output, face, "bye"u8, line.WrittenSpan);
        if (face is Face.Frame or Face.DeflatedFrame or Face.PlainFrame)
        {
            WebSocketWriter.WriteClose(output, code.WebSocketCode, code.Why);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the id line of a stream of several rooms; its event follows without one.</summary>
    public static void WriteId(IBufferWriter<byte> output, string token)
    {
        output.Write("id: "u8);
        Encoding.ASCII.GetBytes(token, output);
        output.Write("\n"u8);
    }

    /// <summary>
    /// Writes <c>epoch-offset</c> and returns its length; <paramref name="target"/> holds at least 64 bytes.
    /// </summary>
    public static int WriteCursor(Span<byte> target, string epoch, long offset)
    {
        var length = Encoding.ASCII.GetBytes(epoch, target);
        target[length++] = (byte)'-';
        Utf8Formatter.TryFormat(offset, target[length..], out var digits);
        return length + digits;
    }
}
