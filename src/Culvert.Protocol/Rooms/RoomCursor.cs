using System.Buffers;
using System.Buffers.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>A place in the log of one room: everything up to and including the offset was seen.</summary>
/// <param name="Epoch">Identity of the log: 1 to 32 characters of <c>[a-z0-9]</c>.</param>
/// <param name="Offset">Offset of the last event that was seen, 0 for none; at most <see cref="MaxOffset"/>.</param>
/// <remarks>Text form <c>&lt;epoch&gt;-&lt;offset&gt;</c>, the same on every transport. Immutable.</remarks>
public readonly record struct RoomCursor(string Epoch, long Offset)
{
    /// <summary>The highest offset: 2^53 - 1, the highest integer that every JSON reader keeps exact.</summary>
    public const long MaxOffset = (1L << 53) - 1;

    /// <summary>The longest epoch, in characters.</summary>
    public const int MaxEpochLength = 32;

    /// <summary>The longest text form, in characters and in bytes.</summary>
    public const int MaxLength = MaxEpochLength + 1 + 16;

    private static readonly SearchValues<char> EpochCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The text form.</summary>
    public override string ToString() => $"{Epoch}-{Offset}";

    /// <summary>Writes the text form as ASCII.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Format(output.GetSpan(MaxLength)));
    }

    /// <summary>Reads a text form; false, and no exception, for anything else.</summary>
    /// <remarks>Strict, so that one place has one text: no sign, no leading zero, no white space.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out RoomCursor cursor)
    {
        cursor = default;
        var dash = text.IndexOf('-');
        if (dash < 0 || !IsEpoch(text[..dash]) || !TryParseNumber(text[(dash + 1)..], out var offset))
        {
            return false;
        }

        cursor = new RoomCursor(text[..dash].ToString(), offset);
        return true;
    }

    /// <summary>Reads a UTF-8 text form; false, and no exception, for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RoomCursor cursor)
    {
        Span<char> text = stackalloc char[MaxLength];
        if (utf8.Length > text.Length)
        {
            cursor = default;
            return false;
        }

        for (var index = 0; index < utf8.Length; index++)
        {
            // Anything outside ASCII stays outside ASCII and is refused below.
            text[index] = (char)utf8[index];
        }

        return TryParse(text[..utf8.Length], out cursor);
    }

    /// <summary>True for 1 to 32 characters of <c>[a-z0-9]</c>.</summary>
    public static bool IsEpoch(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxEpochLength && !text.ContainsAnyExcept(EpochCharacters);

    /// <summary>Reads a canonical decimal from 0 to 2^53 - 1: no sign, no leading zero.</summary>
    internal static bool TryParseNumber(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 16 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }

            value = (value * 10) + (character - '0');
        }

        return value <= MaxOffset;
    }

    internal int Format(Span<byte> destination)
    {
        var epoch = Epoch ?? throw new InvalidOperationException("A cursor needs the epoch of its log.");
        var count = 0;
        foreach (var character in epoch)
        {
            destination[count++] = (byte)character;
        }

        destination[count++] = (byte)'-';
        _ = Utf8Formatter.TryFormat(Offset, destination[count..], out var digits);
        return count + digits;
    }
}
