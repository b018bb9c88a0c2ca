using System.Buffers.Binary;
using System.Text;

namespace Culvert.IntegrationTests.Wire;

/// <summary>A WebSocket frame as it came.</summary>
internal sealed record RawFrame(bool Fin, int Reserved, int Opcode, byte[] Payload)
{
    public const int Continuation = 0;
    public const int TextMessage = 1;
    public const int BinaryMessage = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a Close; 1005 when it has none.</summary>
    public int CloseCode => Payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    /// <summary>The reason of a Close.</summary>
    public string CloseReason => Payload.Length < 2 ? "" : Encoding.UTF8.GetString(Payload.AsSpan(2));

    /// <summary>Builds a frame as a client sends it, or as none would.</summary>
    public static byte[] Build(
        int opcode, ReadOnlySpan<byte> payload, bool fin = true, int reserved = 0, bool masked = true)
    {
        var bytes = new List<byte>(payload.Length + 14) { (byte)((fin ? 0x80 : 0) | (reserved << 4) | opcode) };
        var maskBit = masked ? 0x80 : 0;
        Span<byte> length = stackalloc byte[8];
        if (payload.Length < 126)
        {
            bytes.Add((byte)(maskBit | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            bytes.Add((byte)(maskBit | 126));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            bytes.AddRange(length[..2]);
        }
        else
        {
            bytes.Add((byte)(maskBit | 127));
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            bytes.AddRange(length);
        }

        if (!masked)
        {
            bytes.AddRange(payload);
            return [.. bytes];
        }

        ReadOnlySpan<byte> mask = [0x37, 0xfa, 0x21, 0x3d];
        bytes.AddRange(mask);
        for (var i = 0; i < payload.Length; i++)
        {
            bytes.Add((byte)(payload[i] ^ mask[i & 3]));
        }

        return [.. bytes];
    }

    public static byte[] BuildText(string text) => Build(TextMessage, Encoding.UTF8.GetBytes(text));

    public static byte[] BuildClose(int code, string reason = "") =>
        Build(Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);
}
