namespace Culvert.Arguments;

/// <summary>Finds what somebody most likely meant to type.</summary>
internal static class EditDistance
{
    /// <summary>The candidate nearest to a word, or null when none is near enough to be a typing error of it.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        // One change, and one more for every three letters: "tial" is near "tail"; a single letter is near nothing.
        var letters = word.TrimStart('-').Length;
        var best = letters < 2 ? 1 : (letters / 3) + 2;
        foreach (var candidate in candidates)
        {
            var isStart = word.Length > 2 && candidate.StartsWith(word, StringComparison.Ordinal);
            var distance = isStart ? 0 : Between(word, candidate);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Changes from one word to the other; a change inserts, deletes, replaces or swaps letters.</summary>
    public static int Between(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                var distance = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                rows[i, j] = swapped ? Math.Min(distance, rows[i - 2, j - 2] + 1) : distance;
            }
        }

        return rows[left.Length, right.Length];
    }
}
