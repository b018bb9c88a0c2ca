using System.Buffers.Binary;

namespace Culvert.Protocol.Multiplexing;

/// <summary>The header of a yamux frame, version 0: 12 bytes, big-endian. Immutable.</summary>
/// <param name="Type">What the frame is for.</param>
/// <param name="Flags">What else it says.</param>
/// <param name="StreamId">The stream; 0 is the session.</param>
/// <param name="Length">Bytes that follow, credit, a ping's value or a go-away's code, by the type.</param>
public readonly record struct MuxHeader(MuxFrameType Type, MuxFlags Flags, uint StreamId, uint Length)
{
    /// <summary>Length of every header, bytes.</summary>
    public const int Bytes = 12;

    private const MuxFlags AllFlags = MuxFlags.Syn | MuxFlags.Ack | MuxFlags.Fin | MuxFlags.Rst;

    /// <summary>Whether this is a frame of a stream and not of the session.</summary>
    public bool IsOfStream => Type is MuxFrameType.Data or MuxFrameType.WindowUpdate;

    /// <summary>Bytes of payload behind the header.</summary>
    public uint PayloadBytes => Type == MuxFrameType.Data ? Length : 0;

    /// <summary>Reads a header and checks what it says by itself; whether it fits the session is not asked.</summary>
    /// <param name="source">At least <see cref="Bytes"/> bytes.</param>
    /// <param name="header">The header, when the result is <see cref="MuxViolation.None"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="source"/> is too short.</exception>
    public static MuxViolation Read(ReadOnlySpan<byte> source, out MuxHeader header)
    {
        if (source.Length < Bytes)
        {
            throw new ArgumentException("Shorter than a header.", nameof(source));
        }

        header = new MuxHeader(
            (MuxFrameType)source[1],
            (MuxFlags)BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]));
        return source[0] != 0 ? MuxViolation.BadVersion : header.Check();
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Bytes"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Bytes)
        {
            throw new ArgumentException("Shorter than a header.", nameof(destination));
        }

        destination[0] = 0;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }

    private MuxViolation Check()
    {
        if (Type > MuxFrameType.GoAway)
        {
            return MuxViolation.UnknownType;
        }

        var flagsFit = (Flags & ~AllFlags) == 0 && Type switch
        {
            MuxFrameType.Ping => Flags is MuxFlags.Syn or MuxFlags.Ack,
            MuxFrameType.GoAway => Flags == MuxFlags.None,
            // A SYN comes from the end that opens, an ACK from the other; and who resets does not open.
            _ => (Flags & MuxFlags.Syn) == 0 || (Flags & (MuxFlags.Ack | MuxFlags.Rst)) == 0,
        };
        if (!flagsFit)
        {
            return MuxViolation.BadFlags;
        }

        return IsOfStream == (StreamId == 0) ? MuxViolation.BadStreamId : MuxViolation.None;
    }
}
