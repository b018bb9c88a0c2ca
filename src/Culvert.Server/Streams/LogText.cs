using System.Globalization;
using System.Text;

namespace Culvert.Server.Streams;

/// <summary>Makes what came from outside fit for one line of a log.</summary>
internal static class LogText
{
    private const int MaxCharacters = 128;

    /// <summary>
    /// The text with control, format and separator characters, backslashes and halves of pairs as <c>\uXXXX</c>: it
    /// can neither begin a line, nor speak to a terminal, nor turn the direction of writing.
    /// </summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= MaxCharacters)
            {
                return result.Append('…').ToString();
            }

            var isPlain = rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or
                UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);
            if (isPlain)
            {
                result.Append(rune.ToString());
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return result.ToString();
    }
}
