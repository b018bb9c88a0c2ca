namespace Culvert.Tests.Tidy;

public sealed class FileLengthTests
{
    private const int MaxLines = 400;

    private static readonly string[] Extensions = [".cs", ".js", ".css", ".py"];

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void A_file_has_at_most_400_lines(int lines, int findings)
    {
        var file = new TextFile("src/A.cs", string.Concat(Enumerable.Repeat("x\n", lines)));

        Assert.Equal(findings, Check(file).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        var files = Repository.Files.Where(f => Extensions.Contains(f.Extension));

        Repository.MustHaveNone(files.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var lines = file.Text.AsSpan().Count('\n');
        return lines > MaxLines
            ? [file.At(MaxLines + 1, $"{lines} lines; split the file so that each part has at most {MaxLines}")]
            : [];
    }
}
