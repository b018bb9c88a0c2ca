using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>docs/chat-tests.md says which test shows which row of what the chat has to do, and it is true.</summary>
public sealed partial class ChatRowsTests
{
    private const string Page = "docs/chat-tests.md";
    private const int Rows = 66;

    [Fact]
    public void Every_row_of_the_chat_has_a_place_in_the_table()
    {
        var listed = RowPattern().Matches(Repository.TextOf(Page)).Select(m => m.Value).ToHashSet();

        var missing = Enumerable.Range(1, Rows).Select(n => $"T1-{n:00}").Where(id => !listed.Contains(id));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_test_that_the_table_names_exists()
    {
        var tests = Repository.CSharp.Where(f => f.IsUnder("tests")).Select(f => f.Text).ToArray();
        var named = TestPattern().Matches(Repository.TextOf(Page)).Select(m => m.Groups["name"].Value).ToArray();

        var missing = named.Where(name => !tests.Any(text => text.Contains($" {name}(", StringComparison.Ordinal)));

        Assert.NotEmpty(named);
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_test_that_carries_a_row_is_in_the_table()
    {
        var page = Repository.TextOf(Page);

        var missing = Repository.CSharp.Where(f => f.IsUnder("tests"))
            .SelectMany(f => MethodPattern().Matches(f.Text))
            .Select(m => m.Groups["name"].Value)
            .Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [GeneratedRegex(@"T1-\d\d")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*_\w+_\w+)`")]
    private static partial Regex TestPattern();

    [GeneratedRegex(@"public (async Task|void|Task) (?<name>(T1|S3)_\w+)\(")]
    private static partial Regex MethodPattern();
}
