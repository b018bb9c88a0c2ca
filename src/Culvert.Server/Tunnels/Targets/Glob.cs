namespace Culvert.Server.Tunnels.Targets;

/// <summary>A pattern for names: <c>*</c> stands for any characters, also none; case does not count.</summary>
internal static class Glob
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (at, star, mark) = (0, -1, 0);
        var i = 0;
        while (i < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                // Takes nothing at first, and one character more each time that the rest does not fit.
                (star, mark) = (at++, i);
            }
            else if (at < pattern.Length
                && char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(text[i]))
            {
                at++;
                i++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                i = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }
}
