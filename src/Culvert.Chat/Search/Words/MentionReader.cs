using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Chat.Search.Words;

/// <summary>Finds who may be meant by <c>@name</c> in a text.</summary>
internal static class MentionReader
{
    /// <summary>A text that names more people than this names the first of them.</summary>
    public const int MaxNames = 50;

    /// <summary>
    /// What may be names, in order and each once. A name ends where none can go on; a dot or dash at the end may be the
    /// sentence's, so the shorter name follows the longer one.
    /// </summary>
    public static IReadOnlyList<string> Read(string text)
    {
        List<string> names = [];
        for (var at = text.IndexOf('@'); at >= 0 && names.Count < MaxNames; at = text.IndexOf('@', at + 1))
        {
            if (at > 0 && IsPart(text, at - 1))
            {
                // The middle of an address.
                continue;
            }

            var end = at + 1;
            while (end < text.Length && end - at <= 2 * NameRules.MaxUserLength && IsPart(text, end))
            {
                end++;
            }

            var name = text[(at + 1)..end];
            var trimmed = name.TrimEnd('.', '-', '_');
            Add(names, name);
            Add(names, trimmed);
        }

        return names;
    }

    private static void Add(List<string> names, string name)
    {
        if (name.Length > 0 && !names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            names.Add(name);
        }
    }

    private static bool IsPart(string text, int at)
    {
        if (text[at] is '-' or '_' or '.')
        {
            return true;
        }

        var start = char.IsLowSurrogate(text[at]) && at > 0 ? at - 1 : at;
        return Rune.TryGetRuneAt(text, start, out var rune)
            && (NameCharacters.IsLetterOrDigit(rune) || NameCharacters.IsMark(rune));
    }
}
