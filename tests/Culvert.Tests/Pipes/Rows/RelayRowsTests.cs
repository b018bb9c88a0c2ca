using System.Reflection;

namespace Culvert.Tests.Pipes.Rows;

/// <summary>The table of events and the tests of its rows belong together.</summary>
public sealed class RelayRowsTests
{
    private static readonly ILookup<string, Way> Shown = typeof(RelayRowsTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .SelectMany(method => method.GetCustomAttributes<RowAttribute>())
        .ToLookup(row => row.Id, row => row.Ways);

    public static IEnumerable<TheoryDataRow<string>> Rows { get; } =
        RelayRows.All.Select(row => new TheoryDataRow<string>(row.Id) { TestDisplayName = $"{row.Id}: {row.Words}" });

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_has_a_test_for_each_of_its_ways_and_for_no_other(string id)
    {
        var row = RelayRows.All.Single(one => one.Id == id);

        Assert.Equal(row.Ways, Shown[id].Aggregate(Way.None, (all, ways) => all | ways));
    }

    [Fact]
    public void A_test_names_rows_that_there_are()
    {
        Assert.Empty(Shown.Select(row => row.Key).Except(RelayRows.All.Select(row => row.Id)));
    }

    [Fact]
    public void A_row_stands_once_and_says_why_it_does_not_have_all_ways()
    {
        Assert.Distinct(RelayRows.All.Select(row => row.Id));
        Assert.All(RelayRows.All, row =>
        {
            Assert.Equal(Way.None, row.Ways & ~row.Possible);
            Assert.Equal(row.Ways == row.Possible, row.Otherwise.Length == 0);
        });
    }
}
