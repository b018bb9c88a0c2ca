using System.Text;

namespace Culvert.Chat.Markup;

/// <summary>Whether a message is nothing but emoji; the same rule as <c>emoji-only.js</c>.</summary>
internal static class EmojiOnly
{
    private const int Most = 12;
    private const int MaxLength = 400;
    private const int VariationSelector = 0xFE0F;
    private const int Joiner = 0x200D;
    private const int Keycap = 0x20E3;

    /// <summary>
    /// Whether a message consists of 1 to 12 emoji (as characters or <c>:names:</c>) and white space, so that it is
    /// shown large.
    /// </summary>
    public static bool Is(string text)
    {
        if (text.Length > MaxLength)
        {
            return false;
        }

        var points = PointsOf(text);
        var count = 0;
        for (var i = 0; ; count++)
        {
            while (i < points.Length && MarkupCharacters.IsSpace(points[i]))
            {
                i++;
            }

            if (i == points.Length)
            {
                return count is >= 1 and <= Most;
            }

            var length = LengthAt(points.AsSpan(i));
            if (length == 0)
            {
                return false;
            }

            i += length;
        }
    }

    private static int[] PointsOf(string text)
    {
        var replaced = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == ':' && EmojiTable.FindAt(text, i) is { } emoji)
            {
                replaced.Append(emoji);
                i = text.IndexOf(':', i + 1) + 1;
            }
            else
            {
                replaced.Append(text[i++]);
            }
        }

        return [.. replaced.ToString().EnumerateRunes().Select(static rune => rune.Value)];
    }

    /// <summary>How many code points the emoji at the beginning has; 0 when there is none.</summary>
    private static int LengthAt(ReadOnlySpan<int> points)
    {
        var i = 0;
        while (true)
        {
            var rest = points[i..];
            if (rest is [>= 0x1F1E6 and <= 0x1F1FF, >= 0x1F1E6 and <= 0x1F1FF, ..])
            {
                i += 2;
            }
            else if (rest is [var first, ..] && IsPicture(first) || rest is [>= 0xA9, VariationSelector, ..]
                || rest is [>= '0' and <= '9' or '#' or '*', VariationSelector, Keycap, ..])
            {
                i++;
            }
            else
            {
                return 0;
            }

            while (i < points.Length && IsAddition(points[i]))
            {
                i++;
            }

            // A zero-width joiner makes one emoji of two.
            if (i >= points.Length || points[i] != Joiner)
            {
                return i;
            }

            i++;
        }
    }

    private static bool IsPicture(int point) =>
        point is >= 0x1F300 and <= 0x1FAFF or >= 0x1F170 and <= 0x1F251 and not (>= 0x1F1E6 and <= 0x1F1FF)
            or 0x1F004 or 0x1F0CF or >= 0x2600 and <= 0x27BF or 0x231A or 0x231B or >= 0x23E9 and <= 0x23F3
            or 0x2B1B or 0x2B1C or 0x2B50 or 0x2B55;

    private static bool IsAddition(int point) =>
        point is VariationSelector or Keycap or >= 0x1F3FB and <= 0x1F3FF or >= 0xE0020 and <= 0xE007F;
}
