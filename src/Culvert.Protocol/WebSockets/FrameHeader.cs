using System.Buffers.Binary;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The header of one frame (RFC 6455 §5.2), usable without the message assembler: a relay that passes frames through
/// needs no more than this. Immutable, so safe to share.
/// </summary>
public readonly struct FrameHeader
{
    /// <summary>The longest header: 2 bytes, a 64-bit length and the masking key. In bytes.</summary>
    public const int MaxLength = 14;

    /// <summary>The most payload a close, ping or pong may carry (§5.5). In bytes.</summary>
    public const int MaxControlPayload = 125;

    /// <summary>Last frame of its message.</summary>
    public bool Fin { get; init; }

    /// <summary>
    /// First reserved bit; permessage-deflate uses it for "this message is compressed" (RFC 7692 §6).
    /// </summary>
    public bool Rsv1 { get; init; }

    /// <summary>Second reserved bit; no extension that this codec negotiates defines it.</summary>
    public bool Rsv2 { get; init; }

    /// <summary>Third reserved bit; no extension that this codec negotiates defines it.</summary>
    public bool Rsv3 { get; init; }

    /// <summary>What the frame carries.</summary>
    public Opcode Opcode { get; init; }

    /// <summary>Whether the payload is masked: always from a client, never from a server (§5.1).</summary>
    public bool Masked { get; init; }

    /// <summary>
    /// The masking key with its first octet on the wire in the lowest eight bits; meaningless unless
    /// <see cref="Masked"/>.
    /// </summary>
    public uint MaskKey { get; init; }

    /// <summary>Length of the payload that follows, 0 to 2^63 − 1 bytes. The peer's claim, not yet checked.</summary>
    public long PayloadLength { get; init; }

    /// <summary>Whether the frame is a close, ping or pong.</summary>
    public bool IsControl => ((byte)Opcode & 0x8) != 0;

    /// <summary>Length of this header on the wire, 2 to 14 bytes, in the shortest form (§5.2).</summary>
    public int Length => 2 + ExtendedLengthBytes(PayloadLength) + (Masked ? 4 : 0);

    /// <summary>
    /// Reads the header at the start of <paramref name="source"/>. A violation is reported from the first byte that
    /// shows it, even while the rest of the header is missing. Reserved bits and masking are left to the caller,
    /// because what they may be depends on the role and on the negotiated extensions.
    /// </summary>
    /// <param name="source">Bytes from the wire, beginning at a frame boundary.</param>
    /// <param name="header">The header, when the result is <see cref="ParseStatus.Complete"/>.</param>
    /// <param name="headerLength">How many bytes the header took, when complete; 0 otherwise.</param>
    public static ParseStatus TryParse(ReadOnlySpan<byte> source, out FrameHeader header, out int headerLength)
    {
        header = default;
        headerLength = 0;
        if (source.IsEmpty)
        {
            return ParseStatus.NeedsMoreData;
        }

        var first = source[0];
        var opcode = (Opcode)(first & 0x0F);
        var early = CheckFirstByte(first, opcode);
        if (early != ParseStatus.Complete || source.Length < 2)
        {
            return early == ParseStatus.Complete ? ParseStatus.NeedsMoreData : early;
        }

        var second = source[1];
        var shortLength = second & 0x7F;
        if ((first & 0x08) != 0 && shortLength > MaxControlPayload)
        {
            return ParseStatus.ControlFrameTooLong;
        }

        var status = ReadLength(source, shortLength, out var payloadLength, out var position);
        if (status != ParseStatus.Complete)
        {
            return status;
        }

        var masked = (second & 0x80) != 0;
        if (masked && source.Length < position + 4)
        {
            return ParseStatus.NeedsMoreData;
        }

        header = new FrameHeader
        {
            Fin = (first & 0x80) != 0,
            Rsv1 = (first & 0x40) != 0,
            Rsv2 = (first & 0x20) != 0,
            Rsv3 = (first & 0x10) != 0,
            Opcode = opcode,
            Masked = masked,
            MaskKey = masked ? BinaryPrimitives.ReadUInt32LittleEndian(source[position..]) : 0,
            PayloadLength = payloadLength,
        };
        headerLength = position + (masked ? 4 : 0);
        return ParseStatus.Complete;
    }

    /// <summary>
    /// Writes this header in its shortest form; nothing is checked against the rules of the protocol.
    /// </summary>
    /// <param name="destination">At least <see cref="Length"/> bytes; <see cref="MaxLength"/> always suffice.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Write(Span<byte> destination)
    {
        var length = Length;
        if (destination.Length < length)
        {
            throw new ArgumentException("Shorter than the header.", nameof(destination));
        }

        destination[0] = (byte)((Fin ? 0x80 : 0) | (Rsv1 ? 0x40 : 0) | (Rsv2 ? 0x20 : 0) | (Rsv3 ? 0x10 : 0)
            | (byte)Opcode);
        var maskBit = Masked ? 0x80 : 0;
        switch (ExtendedLengthBytes(PayloadLength))
        {
            case 0:
                destination[1] = (byte)(maskBit | (int)PayloadLength);
                break;
            case 2:
                destination[1] = (byte)(maskBit | 126);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)PayloadLength);
                break;
            default:
                destination[1] = (byte)(maskBit | 127);
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], PayloadLength);
                break;
        }

        if (Masked)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(length - 4)..], MaskKey);
        }

        return length;
    }

    private static ParseStatus CheckFirstByte(byte first, Opcode opcode)
    {
        if (opcode is not (Opcode.Continuation or Opcode.Text or Opcode.Binary
            or Opcode.Close or Opcode.Ping or Opcode.Pong))
        {
            return ParseStatus.ReservedOpcode;
        }

        return (first & 0x88) == 0x08 ? ParseStatus.FragmentedControlFrame : ParseStatus.Complete;
    }

    private static ParseStatus ReadLength(
        ReadOnlySpan<byte> source, int shortLength, out long length, out int position)
    {
        length = shortLength;
        position = 2;
        if (shortLength < 126)
        {
            return ParseStatus.Complete;
        }

        position = shortLength == 126 ? 4 : 10;
        if (position == 10 && source.Length > 2 && source[2] >= 0x80)
        {
            return ParseStatus.LengthTopBitSet;
        }

        if (source.Length < position)
        {
            return ParseStatus.NeedsMoreData;
        }

        length = position == 4
            ? BinaryPrimitives.ReadUInt16BigEndian(source[2..])
            : BinaryPrimitives.ReadInt64BigEndian(source[2..]);
        var minimum = position == 4 ? 126 : 65536;
        return length < minimum ? ParseStatus.NonMinimalLength : ParseStatus.Complete;
    }

    private static int ExtendedLengthBytes(long payloadLength) =>
        payloadLength < 126 ? 0 : payloadLength <= ushort.MaxValue ? 2 : 8;
}
