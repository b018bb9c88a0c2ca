using System.Collections.Frozen;

namespace Culvert.Chat.Markup;

/// <summary>The emoji of names such as <c>tada</c>, from <c>emoji-table.js</c>, which pages load too.</summary>
internal static class EmojiTable
{
    private const int MaxName = 40;

    private static readonly Lazy<FrozenDictionary<string, string>> Names = new(Load);

    /// <summary>The emoji of a name without colons; null when there is none.</summary>
    public static string? Find(string name) => Names.Value.GetValueOrDefault(name);

    /// <summary>The emoji whose name in colons begins at an index; null when there is none.</summary>
    public static string? FindAt(string text, int colon)
    {
        var rest = text.AsSpan(colon + 1, Math.Min(text.Length - colon - 1, MaxName + 1));
        var end = rest.IndexOf(':');
        return end < 1 ? null : Find(rest[..end].ToString());
    }

    private static FrozenDictionary<string, string> Load()
    {
        using var stream = typeof(EmojiTable).Assembly.GetManifestResourceStream("scripts/emoji-table.js")
            ?? throw new InvalidOperationException("The table of emoji is not in the program.");
        using var reader = new StreamReader(stream);
        var table = reader.ReadToEnd().Split('`')[1];
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (var line in table.Split('\n').Where(static l => l.Length > 0 && !IsGroup(l)))
        {
            foreach (var entry in line.Split('|'))
            {
                var words = entry.Split(' ');
                foreach (var name in words[1..])
                {
                    names[name] = words[0];
                }
            }
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // The key with a number sign is an emoji too.
    private static bool IsGroup(string line) => line[0] == '#' && char.IsAsciiLetterLower(line[1]);
}
