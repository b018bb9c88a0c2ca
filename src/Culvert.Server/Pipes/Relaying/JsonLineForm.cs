using System.Buffers.Text;
using System.Text;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>Texts as lines with one JSON string each (RFC 8259 §7).</summary>
internal sealed class JsonLineForm : LineForm
{
    private const int UnicodeEscape = 6;

    // What stands for no unit of UTF-16: more has to come, or it is none.
    private const int Missing = 0x7fff_fffe;
    private const int Wrong = 0x7fff_ffff;

    private bool _isOpen;

    public override int Encode(ReadOnlySpan<byte> piece, bool isEnd, Span<byte> line)
    {
        var written = 0;
        if (!_isOpen)
        {
            line[written++] = (byte)'"';
        }

        foreach (var value in piece)
        {
            written += Escape(value, line[written..]);
        }

        if (isEnd)
        {
            "\"\n"u8.CopyTo(line[written..]);
            written += 2;
        }

        _isOpen = !isEnd;
        return written;
    }

    public override bool TryDecode(
        ReadOnlySpan<byte> line, bool isEnd, Span<byte> message, out int consumed, out int written)
    {
        var whole = isEnd ? WithoutReturn(line) : line;
        (consumed, written) = (0, 0);
        if (!_isOpen)
        {
            if (whole is not [(byte)'"', ..])
            {
                return false;
            }

            _isOpen = true;
            consumed++;
        }

        while (consumed < whole.Length)
        {
            var rest = whole[consumed..];
            if (rest[0] == '"')
            {
                // Nothing may follow it but the end of the line, which is waited for.
                _isOpen = !isEnd;
                consumed = isEnd ? line.Length : consumed;
                return rest.Length == 1;
            }

            var count = Take(rest, message[written..], out var made);
            if (count <= 0)
            {
                return count == 0 && !isEnd;
            }

            consumed += count;
            written += made;
        }

        return !isEnd;
    }

    private static int Escape(byte value, Span<byte> line)
    {
        if (value >= ' ' && value is not ((byte)'"' or (byte)'\\'))
        {
            line[0] = value;
            return 1;
        }

        line[0] = (byte)'\\';
        line[1] = value switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            < (byte)' ' => (byte)'u',
            _ => value,
        };
        if (line[1] != 'u')
        {
            return 2;
        }

        Utf8Formatter.TryFormat(value, line[2..], out _, new System.Buffers.StandardFormat('x', 4));
        return UnicodeEscape;
    }

    /// <summary>Takes a character, or an escape. 0 when the rest of it is not there, -1 when it is none.</summary>
    private static int Take(ReadOnlySpan<byte> line, Span<byte> message, out int made)
    {
        made = 1;
        message[0] = line[0];
        if (line[0] != '\\')
        {
            return line[0] >= ' ' ? 1 : -1;
        }

        if (line.Length < 2)
        {
            return 0;
        }

        message[0] = line[1] switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            var other => other,
        };
        return line[1] == 'u' ? TakeUnicode(line, message, out made) : "\"\\/bfnrt"u8.Contains(line[1]) ? 2 : -1;
    }

    /// <summary>One escape, or the two of a character beyond U+FFFF.</summary>
    private static int TakeUnicode(ReadOnlySpan<byte> line, Span<byte> message, out int made)
    {
        made = 0;
        var first = Unit(line);
        if (first <= 0xffff && char.IsHighSurrogate((char)first))
        {
            var second = Unit(line[UnicodeEscape..]);
            return second == Missing ? 0
                : second <= 0xffff && Rune.TryCreate((char)first, (char)second, out var pair)
                    && pair.TryEncodeToUtf8(message, out made) ? 2 * UnicodeEscape
                : -1;
        }

        return first == Missing ? 0
            : Rune.TryCreate(first, out var rune) && rune.TryEncodeToUtf8(message, out made) ? UnicodeEscape
            : -1;
    }

    /// <summary>The four digits of an escape.</summary>
    private static int Unit(ReadOnlySpan<byte> line)
    {
        if (!"\\u"u8.StartsWith(line[..Math.Min(2, line.Length)]))
        {
            return Wrong;
        }

        if (line.Length < UnicodeEscape)
        {
            return Missing;
        }

        return Utf8Parser.TryParse(line[2..UnicodeEscape], out uint value, out var count, 'x') && count == 4
            ? (int)value
            : Wrong;
    }
}
