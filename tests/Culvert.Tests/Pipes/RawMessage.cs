using System.Buffers;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>A message as a raw peer got it, however many frames it came in.</summary>
internal sealed record RawMessage(Opcode Opcode, byte[] Payload, bool WasCompressed)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The next message; nothing else may come before it.</summary>
    public static async Task<RawMessage> ReadAsync(RawPeer peer)
    {
        var first = await peer.ReadAsync();
        Assert.True(first.Opcode is Opcode.Text or Opcode.Binary, $"{first.Opcode} {first.Text}");
        List<byte> all = [.. first.Payload];
        for (var frame = first; !frame.Header.Fin; all.AddRange(frame.Payload))
        {
            frame = await peer.ReadAsync();
            Assert.Equal((Opcode.Continuation, false), (frame.Opcode, frame.Header.Rsv1));
        }

        if (!first.Header.Rsv1)
        {
            return new RawMessage(first.Opcode, [.. all], WasCompressed: false);
        }

        var inflated = new ArrayBufferWriter<byte>();
        Assert.Equal(
            InflateStatus.Done, PermessageDeflate.Inflate(all.ToArray(), inflated, maxBytes: 1 << 24));
        return new RawMessage(first.Opcode, inflated.WrittenSpan.ToArray(), WasCompressed: true);
    }

    /// <summary>As a sender of permessage-deflate compresses it.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>();
        PermessageDeflate.Deflate(payload, output);
        return output.WrittenSpan.ToArray();
    }
}
