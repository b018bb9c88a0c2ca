using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Culvert.Protocol.WebSockets;

/// <summary>The payload of a Close frame: a code and a reason (RFC 6455 §5.5.1). Safe to call concurrently.</summary>
public static class ClosePayload
{
    /// <summary>The longest reason, 123 bytes of UTF-8: a control frame less the code.</summary>
    public const int MaxReasonBytes = FrameHeader.MaxControlPayload - 2;

    /// <summary>Reads the payload, already unmasked, of a received Close frame.</summary>
    /// <param name="payload">The whole payload; not kept.</param>
    /// <param name="code">The code, or <see cref="CloseCode.NoStatus"/> for an empty payload.</param>
    /// <param name="reason">The reason, empty when there is none or the payload is invalid.</param>
    public static CloseParseStatus TryParse(ReadOnlySpan<byte> payload, out int code, out string reason)
    {
        code = CloseCode.NoStatus;
        reason = "";
        if (payload.IsEmpty)
        {
            return CloseParseStatus.Valid;
        }

        if (payload.Length == 1)
        {
            return CloseParseStatus.Truncated;
        }

        code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!CloseCode.IsValidOnWire(code))
        {
            return CloseParseStatus.InvalidCode;
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            return CloseParseStatus.InvalidReason;
        }

        reason = Encoding.UTF8.GetString(payload[2..]);
        return CloseParseStatus.Valid;
    }

    /// <summary>
    /// Writes a payload. A reason over <see cref="MaxReasonBytes"/> is cut at a character boundary, because a cut
    /// reason serves the reader better than none; unpaired surrogates become U+FFFD.
    /// </summary>
    /// <param name="destination">At least <see cref="FrameHeader.MaxControlPayload"/> bytes.</param>
    /// <param name="code">A code for which <see cref="CloseCode.IsValidOnWire"/> holds.</param>
    /// <param name="reason">Short, for people; may be empty.</param>
    /// <returns>How many bytes were written, 2 to 125.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be on the wire.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, int code, ReadOnlySpan<char> reason)
    {
        if (!CloseCode.IsValidOnWire(code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code may not be sent.");
        }

        if (destination.Length < FrameHeader.MaxControlPayload)
        {
            throw new ArgumentException("Shorter than a control frame's payload.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)code);

        // The transcoder writes whole characters only, so a full destination is a cut at a boundary.
        Utf8.FromUtf16(reason, destination.Slice(2, MaxReasonBytes), out _, out var written);
        return 2 + written;
    }
}
