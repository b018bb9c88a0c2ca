namespace Culvert.Tests.Tidy;

public sealed class WhiteSpaceTests
{
    private static readonly string[] Extensions =
        [".cs", ".csproj", ".props", ".slnx", ".json", ".js", ".css", ".html", ".py", ".sh", ".svg", ".yml"];

    [Theory]
    [InlineData("    x = 1;\n", 0)]
    [InlineData("x\ty", 1)]
    [InlineData("x \ny", 1)]
    [InlineData("x\r\ny", 1)]
    public void A_line_has_no_tab_and_no_space_at_its_end(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        var files = Repository.Files.Where(f => Extensions.Contains(f.Extension));

        Repository.MustHaveNone(files.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        foreach (var (index, line) in file.Lines.Index())
        {
            if (line.Contains('\t'))
            {
                yield return file.At(index + 1, "a tab; indent with spaces, write \\t in a string");
            }

            if (line.Length > 0 && char.IsWhiteSpace(line[^1]))
            {
                yield return file.At(index + 1, "white space at the end of the line; remove it");
            }
        }
    }
}
