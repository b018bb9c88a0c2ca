using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

/// <summary>Puts wire bytes together, valid or not, without the writer under test where that matters.</summary>
internal sealed class FrameBuilder
{
    public const uint Key = 0xDEADBEEF;

    private readonly List<byte> _bytes = [];
    private readonly bool _masked;

    public FrameBuilder(bool masked = true) => _masked = masked;

    public byte[] ToArray() => [.. _bytes];

    public FrameBuilder Text(string text, bool fin = true) => Frame(Opcode.Text, Encoding.UTF8.GetBytes(text), fin);

    public FrameBuilder Frame(Opcode opcode, ReadOnlySpan<byte> payload, bool fin = true, int rsv = 0)
    {
        Header(opcode, payload.Length, fin, rsv);
        for (var index = 0; index < payload.Length; index++)
        {
            var mask = _masked ? (byte)(Key >> (index % 4 * 8)) : (byte)0;
            _bytes.Add((byte)(payload[index] ^ mask));
        }

        return this;
    }

    public FrameBuilder Header(Opcode opcode, long length, bool fin = true, int rsv = 0)
    {
        var header = new FrameHeader
        {
            Fin = fin,
            Rsv1 = (rsv & 4) != 0,
            Rsv2 = (rsv & 2) != 0,
            Rsv3 = (rsv & 1) != 0,
            Opcode = opcode,
            Masked = _masked,
            MaskKey = Key,
            PayloadLength = length,
        };
        var buffer = new byte[FrameHeader.MaxLength];
        _bytes.AddRange(buffer.AsSpan(0, header.Write(buffer)));
        return this;
    }

    public FrameBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
