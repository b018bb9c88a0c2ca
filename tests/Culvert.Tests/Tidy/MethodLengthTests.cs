namespace Culvert.Tests.Tidy;

public sealed class MethodLengthTests
{
    private const int MaxLines = 70;

    [Theory]
    [InlineData(70, 0)]
    [InlineData(71, 1)]
    public void A_method_has_at_most_70_lines(int lines, int findings)
    {
        var body = string.Concat(Enumerable.Repeat("        x(\"}\");\n", lines - 3));
        var file = new TextFile("src/A.cs", $"class A\n{{\n    [B]\n    void C()\n    {{\n{body}    }}\n}}\n");

        Assert.Equal(findings, Check(file).Count());
    }

    [Fact]
    public void A_table_may_be_longer()
    {
        var values = string.Concat(Enumerable.Repeat("        1,\n", 100));
        var file = new TextFile("src/A.cs", $"class A\n{{\n    int[] _b = new[]\n    {{\n{values}    }};\n}}\n");

        Assert.Empty(Check(file));
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        CodeBlocks.Of(file)
            .Where(b => b.Kind == CodeBlockKind.Member)
            .Select(b => (First: file.LineAt(b.Start), Last: file.LineAt(b.End)))
            .Where(b => b.Last - b.First + 1 > MaxLines)
            .Select(b => file.At(
                b.First,
                $"{b.Last - b.First + 1} lines; move computation into helpers until {MaxLines} are enough"));
}
