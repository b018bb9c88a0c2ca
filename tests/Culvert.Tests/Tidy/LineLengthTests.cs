namespace Culvert.Tests.Tidy;

public sealed class LineLengthTests
{
    private const int MaxColumns = 120;

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void A_line_has_at_most_120_columns(int columns, int findings)
    {
        var file = new TextFile("src/A.cs", $"first\n{new string('x', columns)}\nlast");

        Assert.Equal(findings, Check(file).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        file.Lines.Index()
            .Where(l => l.Item.Length > MaxColumns)
            .Select(l => file.At(l.Index + 1, $"{l.Item.Length} columns; break the line at {MaxColumns}"));
}
