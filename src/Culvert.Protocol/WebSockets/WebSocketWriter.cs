using System.Buffers;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Writes frames (RFC 6455 §5) into a buffer; nothing is flushed and no state is kept, so that frames appear in the
/// order of the calls and the caller batches as it likes. Calls for one output must not overlap.
/// </summary>
/// <remarks>
/// Every method that takes a mask key writes a client's frame when one is given and a server's when it is null (§5.1).
/// A key must come from a strong source of randomness, fresh for every frame (§5.3). Payloads are not kept or changed.
/// </remarks>
public static class WebSocketWriter
{
    /// <summary>Writes one frame exactly as its header says; the general form, which fragments need.</summary>
    /// <param name="output">Receives the frame.</param>
    /// <param name="header">Its <see cref="FrameHeader.PayloadLength"/> must be the payload's length.</param>
    /// <param name="payload">Unmasked; it is masked on its way when the header says so.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or a control frame is fragmented or too long.
    /// </exception>
    public static void WriteFrame(IBufferWriter<byte> output, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (header.PayloadLength != payload.Length)
        {
            throw new ArgumentException("The header announces another length.", nameof(payload));
        }

        if (header.IsControl && (!header.Fin || payload.Length > FrameHeader.MaxControlPayload))
        {
            throw new ArgumentException("A control frame is one frame of at most 125 bytes.", nameof(payload));
        }

        var span = output.GetSpan(header.Length);
        var written = header.Write(span);
        var phase = 0;
        while (true)
        {
            var count = Math.Min(span.Length - written, payload.Length);
            var part = span.Slice(written, count);
            payload[..count].CopyTo(part);
            if (header.Masked)
            {
                phase = Masking.Apply(part, header.MaskKey, phase);
            }

            output.Advance(written + count);
            payload = payload[count..];
            if (payload.IsEmpty)
            {
                return;
            }

            span = output.GetSpan();
            written = 0;
        }
    }

    /// <summary>Writes a message as a single frame.</summary>
    /// <param name="output">Receives the frame.</param>
    /// <param name="opcode"><see cref="Opcode.Text"/> (then valid UTF-8) or <see cref="Opcode.Binary"/>.</param>
    /// <param name="payload">The message.</param>
    /// <param name="maskKey">The key of a client's frame; null for a server's.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another opcode.</exception>
    public static void WriteMessage(
        IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, uint? maskKey = null)
    {
        ThrowUnlessMessage(opcode);
        WriteFrame(output, Header(opcode, payload.Length, maskKey), payload);
    }

    /// <summary>
    /// Writes a message as a single frame, compressed if that makes it shorter. Only where the handshake agreed on
    /// permessage-deflate (RFC 7692).
    /// </summary>
    /// <inheritdoc cref="WriteMessage" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">Another opcode.</exception>
    public static void WriteDeflatedMessage(
        IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, uint? maskKey = null)
    {
        ThrowUnlessMessage(opcode);
        var compressed = new PooledBuffer(Array.MaxLength);
        try
        {
            var header = DeflatedHeader(opcode, payload, compressed, maskKey);
            WriteFrame(output, header, header.Rsv1 ? compressed.Written.Span : payload);
        }
        finally
        {
            compressed.Release();
        }
    }

    /// <summary>Writes a ping of at most 125 bytes of payload (§5.5.2).</summary>
    /// <exception cref="ArgumentException">The payload is longer.</exception>
    public static void WritePing(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, uint? maskKey = null) =>
        WriteFrame(output, Header(Opcode.Ping, payload.Length, maskKey), payload);

    /// <summary>Writes a pong; to answer a ping, with the ping's payload (§5.5.3).</summary>
    /// <exception cref="ArgumentException">The payload is longer than 125 bytes.</exception>
    public static void WritePong(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, uint? maskKey = null) =>
        WriteFrame(output, Header(Opcode.Pong, payload.Length, maskKey), payload);

    /// <summary>
    /// Writes a Close with a code, never an empty one: some peers take an empty Close for an error (§5.5.1).
    /// </summary>
    /// <param name="output">Receives the frame.</param>
    /// <param name="code">A code for which <see cref="CloseCode.IsValidOnWire"/> holds.</param>
    /// <param name="reason">For people; cut to 123 bytes of UTF-8 at a character boundary.</param>
    /// <param name="maskKey">The key of a client's frame; null for a server's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent.</exception>
    public static void WriteClose(
        IBufferWriter<byte> output, int code, ReadOnlySpan<char> reason = default, uint? maskKey = null)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        var length = ClosePayload.Write(payload, code, reason);
        WriteFrame(output, Header(Opcode.Close, length, maskKey), payload[..length]);
    }

    /// <summary>
    /// Builds a server's frame once for any number of receivers: unmasked, so its bytes are the same for all.
    /// </summary>
    /// <param name="opcode"><see cref="Opcode.Text"/> (then valid UTF-8) or <see cref="Opcode.Binary"/>.</param>
    /// <param name="payload">The message.</param>
    /// <param name="deflate">
    /// Compress if that makes it shorter; such a frame is only for connections that agreed on permessage-deflate. A
    /// frame that did not get shorter is the plain one.
    /// </param>
    /// <returns>An array that belongs to the caller, to be treated as immutable while shared.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another opcode.</exception>
    public static byte[] Prepare(Opcode opcode, ReadOnlySpan<byte> payload, bool deflate = false)
    {
        ThrowUnlessMessage(opcode);
        if (!deflate)
        {
            return Join(Header(opcode, payload.Length, null), payload);
        }

        var compressed = new PooledBuffer(Array.MaxLength);
        try
        {
            var header = DeflatedHeader(opcode, payload, compressed, null);
            return Join(header, header.Rsv1 ? compressed.Written.Span : payload);
        }
        finally
        {
            compressed.Release();
        }
    }

    private static FrameHeader Header(Opcode opcode, int payloadLength, uint? maskKey, bool rsv1 = false) => new()
    {
        Fin = true,
        Rsv1 = rsv1,
        Opcode = opcode,
        Masked = maskKey.HasValue,
        MaskKey = maskKey.GetValueOrDefault(),
        PayloadLength = payloadLength,
    };

    private static FrameHeader DeflatedHeader(
        Opcode opcode, ReadOnlySpan<byte> payload, PooledBuffer compressed, uint? maskKey)
    {
        PermessageDeflate.DeflateInto(compressed, payload);
        return compressed.Count < payload.Length
            ? Header(opcode, compressed.Count, maskKey, rsv1: true)
            : Header(opcode, payload.Length, maskKey);
    }

    private static byte[] Join(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = GC.AllocateUninitializedArray<byte>(checked(header.Length + payload.Length));
        payload.CopyTo(frame.AsSpan(header.Write(frame)));
        return frame;
    }

    private static void ThrowUnlessMessage(Opcode opcode)
    {
        if (opcode is not (Opcode.Text or Opcode.Binary))
        {
            throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "A message is text or binary.");
        }
    }
}
