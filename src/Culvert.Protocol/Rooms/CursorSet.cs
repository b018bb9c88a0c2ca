using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>One opaque, URL-safe token for places in several rooms (docs/protocol.md, "Cursors").</summary>
/// <remarks>
/// Base64url of: version byte, count, per room (length and UTF-8 name, length and epoch, offset), CRC-32C of all
/// before it; numbers are LEB128. Thread-safe.
/// </remarks>
public static class CursorSet
{
    /// <summary>The most rooms a token can hold.</summary>
    public const int MaxRooms = 64;

    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxTokenLength = 32 * 1024;

    private const byte Version = 1;
    private const int MaxRoomBytes = 256;
    private const int ChecksumBytes = 4;

    /// <summary>Makes the token.</summary>
    /// <exception cref="ArgumentException">Not 1 to 64 rooms, or a name or cursor that no token can hold.</exception>
    public static string Encode(IReadOnlyList<(string Room, RoomCursor Cursor)> cursors)
    {
        ArgumentNullException.ThrowIfNull(cursors);
        if (cursors.Count is 0 or > MaxRooms)
        {
            throw new ArgumentException("A cursor set holds 1 to 64 rooms.", nameof(cursors));
        }

        var bytes = new List<byte>(64 * cursors.Count) { Version };
        WriteNumber(bytes, cursors.Count);
        foreach (var (room, cursor) in cursors)
        {
            if (!RoomCursor.IsEpoch(cursor.Epoch))
            {
                throw new ArgumentException("An epoch is 1 to 32 characters of [a-z0-9].", nameof(cursors));
            }

            WriteText(bytes, room);
            WriteText(bytes, cursor.Epoch);
            WriteNumber(bytes, cursor.Offset);
        }

        var whole = bytes.ToArray();
        Array.Resize(ref whole, whole.Length + ChecksumBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(bytes.Count), Checksum(whole.AsSpan(0, bytes.Count)));
        return Base64Url.EncodeToString(whole);
    }

    /// <summary>Reads a token; false, and no exception, for anything that <see cref="Encode"/> did not make.</summary>
    /// <remarks>
    /// The checksum finds cut and mistyped tokens; it is no protection against forgery, nor needs to be.
    /// </remarks>
    public static bool TryDecode(ReadOnlySpan<char> token, out List<(string Room, RoomCursor Cursor)> cursors)
    {
        cursors = [];
        if (token.Length is 0 or > MaxTokenLength || !Base64Url.IsValid(token, out var length))
        {
            return false;
        }

        var bytes = new byte[length];
        if (!Base64Url.TryDecodeFromChars(token, bytes, out var written) || written < ChecksumBytes + 2)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(0, written);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[^ChecksumBytes..]);
        rest = rest[..^ChecksumBytes];
        if (checksum != Checksum(rest) || rest[0] != Version)
        {
            return false;
        }

        // Encoding again is the one test of canonicity that cannot drift from the encoder: padding bits, long
        // varints and white space inside the base64 all fail it.
        if (TryReadRooms(rest[1..], cursors) && token.SequenceEqual(Encode(cursors)))
        {
            return true;
        }

        cursors = [];
        return false;
    }

    private static bool TryReadRooms(ReadOnlySpan<byte> rest, List<(string Room, RoomCursor Cursor)> cursors)
    {
        if (!TryReadNumber(ref rest, out var count) || count is 0 or > MaxRooms)
        {
            return false;
        }

        for (var index = 0; index < count; index++)
        {
            if (!TryReadText(ref rest, MaxRoomBytes, out var room)
                || !TryReadText(ref rest, RoomCursor.MaxEpochLength, out var epoch)
                || !RoomCursor.IsEpoch(epoch)
                || !TryReadNumber(ref rest, out var offset))
            {
                return false;
            }

            cursors.Add((room, new RoomCursor(epoch, offset)));
        }

        return rest.IsEmpty;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, int maxBytes, out string text)
    {
        text = "";
        if (!TryReadNumber(ref rest, out var length) || length == 0 || length > maxBytes || length > rest.Length
            || !System.Text.Unicode.Utf8.IsValid(rest[..(int)length]))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(rest[..(int)length]);
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, out long value)
    {
        const int longest = 8;
        value = 0;
        for (var index = 0; index < rest.Length && index < longest; index++)
        {
            value |= (long)(rest[index] & 0x7F) << (7 * index);
            if (rest[index] < 0x80)
            {
                rest = rest[(index + 1)..];
                return value <= RoomCursor.MaxOffset;
            }
        }

        return false;
    }

    private static void WriteNumber(List<byte> bytes, long value)
    {
        if (value is < 0 or > RoomCursor.MaxOffset)
        {
            throw new ArgumentException("An offset is 0 to 2^53 - 1.", nameof(value));
        }

        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)value);
    }

    private static void WriteText(List<byte> bytes, string text)
    {
        var encoded = Encoding.UTF8.GetBytes(text);
        if (encoded.Length is 0 or > MaxRoomBytes)
        {
            throw new ArgumentException("A room name has 1 to 256 bytes.", nameof(text));
        }

        WriteNumber(bytes, encoded.Length);
        bytes.AddRange(encoded);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
