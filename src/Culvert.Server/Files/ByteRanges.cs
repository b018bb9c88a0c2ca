using System.Text;

namespace Culvert.Server.Files;

/// <summary>Reads a Range header (RFC 9110 §14.1.2) and puts what overlaps together.</summary>
internal static class ByteRanges
{
    /// <summary>
    /// More ranges than any reader of a document needs; whoever asks for more gets the whole (RFC 9110 §14.2).
    /// </summary>
    public const int MaxRanges = 16;

    /// <summary>Never throws, and takes time in proportion to the header.</summary>
    /// <param name="header">The value of the header.</param>
    /// <param name="length">Bytes of the representation.</param>
    /// <returns>
    /// Null when the header is to be ignored: another unit, a fault, too many. Otherwise the ranges, apart from each
    /// other and in order when there are several; none when not one of them can be satisfied.
    /// </returns>
    public static ByteRange[]? Parse(ReadOnlySpan<byte> header, long length)
    {
        const int UnitLength = 6;
        header = header.Trim(" \t"u8);
        if (header.Length < UnitLength || !Ascii.EqualsIgnoreCase(header[..UnitLength], "bytes="u8))
        {
            return null;
        }

        Span<ByteRange> ranges = stackalloc ByteRange[MaxRanges];
        var count = 0;
        var asked = 0;
        foreach (var piece in header[UnitLength..].Split((byte)','))
        {
            var text = header[UnitLength..][piece].Trim(" \t"u8);
            if (text.IsEmpty)
            {
                continue;
            }

            if (++asked > MaxRanges || !TryParse(text, length, out var range))
            {
                return null;
            }

            if (range.Length > 0)
            {
                ranges[count++] = range;
            }
        }

        return asked == 0 ? null : Merge(ranges[..count]);
    }

    /// <summary>False for a fault. A range that lies behind the end comes out empty.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, long length, out ByteRange range)
    {
        range = default;
        var dash = text.IndexOf((byte)'-');
        if (dash < 0 || !TryNumber(text[..dash], out var first) || !TryNumber(text[(dash + 1)..], out var last))
        {
            return false;
        }

        if (dash == 0)
        {
            // A suffix: the last so many bytes.
            var take = Math.Min(last ?? 0, length);
            range = new ByteRange(length - take, take);
            return last is not null;
        }

        if (last < first)
        {
            return false;
        }

        if (first < length)
        {
            range = new ByteRange(first.Value, Math.Min(last ?? long.MaxValue, length - 1) - first.Value + 1);
        }

        return true;
    }

    /// <summary>Nothing is null; a number too large for a file is as large as can be.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, out long? number)
    {
        number = null;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            var value = number ?? 0;
            number = value > (long.MaxValue - 9) / 10 ? long.MaxValue : (value * 10) + (digit - '0');
        }

        return true;
    }

    private static ByteRange[] Merge(Span<ByteRange> ranges)
    {
        ranges.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        var merged = new List<ByteRange>(ranges.Length);
        foreach (var range in ranges)
        {
            if (merged is [.., var last] && range.Offset <= last.End)
            {
                merged[^1] = last with { Length = Math.Max(last.End, range.End) - last.Offset };
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }
}
