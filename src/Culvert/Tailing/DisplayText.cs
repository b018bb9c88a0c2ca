using System.Text;

namespace Culvert.Tailing;

/// <summary>Makes text of other people fit for a terminal.</summary>
internal static class DisplayText
{
    /// <summary>
    /// The text without anything that could move the cursor, change colours, or reorder what is read. Line breaks stay,
    /// and what follows one is indented, so that nobody can fake a line of somebody else.
    /// </summary>
    public static string Of(string text, int indent = 0)
    {
        if (!NeedsChange(text))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            switch (character)
            {
                case '\n' when indent > 0:
                    shown.Append('\n').Append(' ', indent);
                    break;
                case '\r' or '\n':
                    shown.Append(indent > 0 ? "" : " ");
                    break;
                default:
                    shown.Append(IsHarmful(character) ? '\uFFFD' : character);
                    break;
            }
        }

        return shown.ToString();
    }

    private static bool NeedsChange(string text)
    {
        foreach (var character in text)
        {
            if (IsHarmful(character))
            {
                return true;
            }
        }

        return false;
    }

    // Control characters (C0 and C1), line and paragraph separators, and the bidirectional overrides and isolates.
    private static bool IsHarmful(char character) =>
        (char.IsControl(character) && character != '\t')
        || character is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
