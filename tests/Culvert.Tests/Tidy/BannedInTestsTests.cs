namespace Culvert.Tests.Tidy;

public sealed class BannedInTestsTests
{
    [Theory]
    [InlineData("Thread.Sleep(1);", 1)]
    [InlineData("await Task.Delay(1, time);", 1)]
    [InlineData("[Fact(Skip = \"slow\")]", 1)]
    [InlineData("[Fact(Skip=\"slow\")]", 1)]
    [InlineData("await reached.Task.WaitAsync(limit, token);", 0)]
    [InlineData("list.Skip(1); // Thread.Sleep", 0)]
    public void A_test_neither_sleeps_nor_is_skipped(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("tests/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.Where(f => f.IsUnder("tests")).SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        CodePattern.Find(file, @"\bThread\.Sleep\b", "`Thread.Sleep`: wait on a signal")
            .Concat(CodePattern.Find(file, @"\bTask\.Delay\(", "`Task.Delay`: wait on a signal, or drive the clock"))
            .Concat(CodePattern.Find(file, @"\bSkip\s*=(?!=)", "a skipped test: mend it or delete it"));
}
