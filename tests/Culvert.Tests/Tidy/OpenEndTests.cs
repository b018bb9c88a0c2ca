using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

public sealed class OpenEndTests
{
    private const string Open = @"\b(TODO|FIXME|HACK|REVIEW)\b(?![^\n]*#\d+)";

    [Theory]
    [InlineData("x(); // TODO: later", 1)]
    [InlineData("/* FIXME */", 1)]
    [InlineData("// HACK\n// REVIEW", 2)]
    [InlineData("x(); // TODO #12: later", 0)]
    [InlineData("x(\"TODO\"); // a review of todo lists", 0)]
    public void An_open_end_names_its_issue(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        Regex.Matches(file.Comments, Open)
            .Select(m => file.At(file.LineAt(m.Index), $"{m.Value} without #number; finish it, or open an issue"));
}
