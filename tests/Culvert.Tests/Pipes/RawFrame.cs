using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>A frame as it came over the wire, its payload unmasked.</summary>
internal sealed record RawFrame(FrameHeader Header, byte[] Payload)
{
    public Opcode Opcode => Header.Opcode;

    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>Of a Close; 1005 when it is empty.</summary>
    public int Code => Payload.Length == 0 ? CloseCode.NoStatus : (Payload[0] << 8) | Payload[1];

    public string Reason => Payload.Length < 2 ? "" : Encoding.UTF8.GetString(Payload.AsSpan(2));
}
