using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

internal static class MarkdownText
{
    /// <summary>The lines of a page with code blanked, fenced blocks and spans in a line alike.</summary>
    public static IEnumerable<(int Number, string Text)> Prose(TextFile file)
    {
        string? fence = null;
        foreach (var (index, line) in file.Lines.Index())
        {
            var mark = Regex.Match(line, "^ {0,3}(?<fence>`{3,}|~{3,})").Groups["fence"].Value;
            if (fence is not null)
            {
                fence = mark.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
            }
            else if (mark.Length > 0)
            {
                fence = mark;
            }
            else
            {
                yield return (index + 1, Regex.Replace(line, "(`+)(?!`).*?(?<!`)\\1(?!`)", ""));
            }
        }
    }
}
