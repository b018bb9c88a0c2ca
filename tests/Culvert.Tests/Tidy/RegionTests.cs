namespace Culvert.Tests.Tidy;

public sealed class RegionTests
{
    [Theory]
    [InlineData("#region Fields", 1)]
    [InlineData("    # region Fields", 1)]
    [InlineData("#if DEBUG", 0)]
    [InlineData("// #region", 0)]
    [InlineData("var text = \"\"\"\n#region\n\"\"\";", 0)]
    public void A_file_has_no_regions(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        CodePattern.Find(file, @"(?m)^[ ]*\#[ ]*region\b", "a region; split the file instead of folding it");
}
