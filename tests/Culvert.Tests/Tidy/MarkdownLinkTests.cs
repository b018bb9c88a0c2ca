using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

public sealed class MarkdownLinkTests
{
    // [text](target), [text](<target>), [label]: target, and the src or href of an HTML tag.
    private const string Links =
        @"\]\(<?(?<to>[^)\s>]+)>?(\s+""[^""]*"")?\)|^ {0,3}\[[^\]]+\]:\s+<?(?<to>[^\s>]+)|" +
        @"\b(src|href)=""(?<to>[^""]+)""";

    [Theory]
    [InlineData("[a](b.md) and ![c](../culvert.svg)", 0)]
    [InlineData("[a](b.md#part \"title\") [c](#here) [d](https://example.org/x)", 0)]
    [InlineData("[a](/docs/b.md)", 0)]
    [InlineData("`[a](gone.md)`", 0)]
    [InlineData("[a](gone.md)", 1)]
    [InlineData("[a]: gone.md", 1)]
    [InlineData("<img src=\"gone.svg\" alt=\"\">", 1)]
    [InlineData("<a href='x'><img src=\"gone.svg\"></a>", 1)]
    [InlineData("[![a](gone.svg)](also-gone.md)", 2)]
    [InlineData("[a](../../outside.md)", 1)]
    public void A_relative_link_leads_somewhere(string text, int findings)
    {
        string[] there = ["docs/b.md", "culvert.svg"];

        Assert.Equal(findings, Check(new TextFile("docs/a.md", text), there.Contains).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.Markdown.SelectMany(f => Check(f, Repository.Holds)));
    }

    private static IEnumerable<Finding> Check(TextFile file, Func<string, bool> exists) =>
        from line in MarkdownText.Prose(file)
        from match in Regex.Matches(line.Text, Links)
        let target = match.Groups["to"].Value
        where !target.StartsWith('#') && !Regex.IsMatch(target, @"^([a-zA-Z][\w+.-]*:|//)")
        let path = Resolve(file.Path, Uri.UnescapeDataString(target.Split('#', '?')[0]))
        where path is null || !exists(path)
        select file.At(line.Number, $"the link to {target} leads nowhere; correct or remove it");

    /// <summary>The linked path relative to the root, or nothing when it leaves the repository.</summary>
    private static string? Resolve(string from, string target)
    {
        var parts = target.StartsWith('/') ? [] : from.Split('/')[..^1].ToList();
        foreach (var part in target.Split('/').Where(p => p is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                return null;
            }
        }

        return string.Join('/', parts);
    }
}
