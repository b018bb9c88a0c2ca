namespace Culvert.Tests.Tidy;

public sealed class RepositoryTests
{
    [Fact]
    public void The_list_holds_what_is_written_and_leaves_out_what_is_built()
    {
        Assert.Contains("Culvert.slnx", Repository.Paths);
        Assert.Contains("tests/Culvert.Tests/Tidy/RepositoryTests.cs", Repository.Paths);
        Assert.DoesNotContain(Repository.Paths, p => p.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_git_no_file_is_missed()
    {
        Assert.Empty(Repository.Paths.Except(Repository.Walk(Repository.Root)));
    }
}
