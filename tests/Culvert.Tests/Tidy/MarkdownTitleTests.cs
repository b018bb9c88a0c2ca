namespace Culvert.Tests.Tidy;

public sealed class MarkdownTitleTests
{
    [Theory]
    [InlineData("# A\n\n## B\n", 0)]
    [InlineData("# A\n\n```sh\n# a comment\n```\n", 0)]
    [InlineData("text\n", 1)]
    [InlineData("# A\n\n# B\n", 1)]
    [InlineData("```\n# A\n```\n", 1)]
    public void A_page_has_exactly_one_title(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("A.md", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.Markdown.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var titles = MarkdownText.Prose(file).Where(l => l.Text.StartsWith("# ", StringComparison.Ordinal)).ToList();
        return titles.Count == 0
            ? [file.At(1, "no title; begin the page with `# `")]
            : titles.Skip(1).Select(t => file.At(t.Number, "a second title; use `## `"));
    }
}
