using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>Pages of a long list, forwards and backwards, with and without words.</summary>
public sealed class ListPageTests
{
    private static readonly string[] Keys =
        [.. Enumerable.Range(0, 20).Select(static number => $"row {(char)('a' + number)}")];

    private int _read;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    public async Task Pages_forwards_and_back_again_show_each_row_once(int limit)
    {
        List<ListPage<string>> pages = [await ReadAsync(Keys, null, null, "", limit)];
        while (pages[^1].Next is { } next)
        {
            pages.Add(await ReadAsync(Keys, next, null, "", limit));
        }

        Assert.Equal(Keys, pages.SelectMany(static page => page.Rows));
        Assert.Null(pages[0].Previous);
        for (var index = pages.Count - 1; index > 0; index--)
        {
            var back = await ReadAsync(Keys, null, pages[index].Previous, "", limit);
            Assert.Equal(pages[index - 1].Rows, back.Rows);
            Assert.Equal((index > 1, true), (back.Previous is not null, back.Next is not null));
        }
    }

    [Theory]
    [InlineData("B", "row b")]
    [InlineData("ROW  s", "row s")]
    [InlineData("x", "")]
    public async Task Words_are_looked_for_in_any_case(string words, string expected)
    {
        var page = await ReadAsync(Keys, null, null, words, 5);

        Assert.Equal(expected, string.Join(',', page.Rows));
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task A_search_ends_after_some_rows_and_says_where_to_go_on()
    {
        var keys = Enumerable.Range(0, 20_000).Select(static number => $"{number:D5}").ToArray();

        var page = await ReadAsync(keys, null, null, "19999", 5);
        var read = _read;
        List<string> found = [.. page.Rows];
        while (page.Next is { } next)
        {
            page = await ReadAsync(keys, next, null, "19999", 5);
            found.AddRange(page.Rows);
        }

        Assert.Equal(5000, read);
        Assert.Equal(["19999"], found);
    }

    [Fact]
    public void Names_with_and_without_the_dots_of_yo_are_the_same() =>
        Assert.True(new ListOrder(null, null, "ЕЛКА", 1).Fits(null, "Ёлка"));

    private async Task<ListPage<string>> ReadAsync(
        string[] keys, string? after, string? before, string words, int limit)
    {
        _read = 0;
        var order = new ListOrder(after, before, words, limit);
        return await ListPage<string>.ReadAsync(
            order,
            (key, isBack, count) =>
            {
                var rows = keys.Where(row => isBack
                    ? string.CompareOrdinal(row, key) < 0
                    : string.CompareOrdinal(row, key) > 0);
                IReadOnlyList<string> piece = [.. (isBack ? rows.Reverse() : rows).Take(count)];
                _read += piece.Count;
                return ValueTask.FromResult(piece);
            },
            static row => row,
            row => order.Fits(row));
    }
}
