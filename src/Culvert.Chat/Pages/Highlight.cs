using Culvert.Chat.Markup;

namespace Culvert.Chat.Pages;

/// <summary>Finds the words of a query in what it found.</summary>
internal static class Highlight
{
    private const int MaxShown = 400;

    /// <summary>The text, at most 400 characters of it, in parts that are or are not words of the query.</summary>
    public static IReadOnlyList<(string Part, bool IsMatch)> Of(string text, string query)
    {
        var words = query.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static word => word.Length > 1 && !word.Contains(':', StringComparison.Ordinal))
            .ToArray();
        var first = words
            .Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase))
            .Where(static at => at >= 0)
            .DefaultIfEmpty(0)
            .Min();
        var start = first < MaxShown / 2 ? 0 : MarkupText.Fit(text, first - (MaxShown / 4));
        var shown = MarkupText.Cut(text[start..], MaxShown);
        List<(string, bool)> parts = [];
        if (start > 0)
        {
            parts.Add(("…", false));
        }

        for (var at = 0; at < shown.Length;)
        {
            var (match, length) = Next(shown, at, words);
            if (match > at)
            {
                parts.Add((shown[at..match], false));
            }

            if (length > 0)
            {
                parts.Add((shown.Substring(match, length), true));
            }

            at = match + length;
        }

        return parts;
    }

    /// <summary>The first word from <paramref name="from"/> on; the end of the text when there is none.</summary>
    private static (int At, int Length) Next(string text, int from, string[] words)
    {
        var best = (At: text.Length, Length: 0);
        foreach (var word in words)
        {
            var at = text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (at < best.At || (at == best.At && word.Length > best.Length)))
            {
                best = (at, word.Length);
            }
        }

        return best;
    }
}
