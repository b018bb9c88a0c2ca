using Culvert.Chat.Search;
using Culvert.Chat.Search.Words;

namespace Culvert.Tests.Chat.Search;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("", "missing_field")]
    [InlineData("   ", "missing_field")]
    [InlineData("!!! \"\"", "missing_field")]
    [InlineData("has:nothing", "bad_field")]
    [InlineData("before:yesterday", "bad_field")]
    [InlineData("after:2026-13-01", "bad_field")]
    public void What_cannot_be_looked_for_is_said(string text, string code)
    {
        Assert.Equal(code, SearchQuery.TryParse(text, out _)?.Code.Code);
    }

    [Fact]
    public void Operators_are_read_apart_from_words()
    {
        var refusal = SearchQuery.TryParse(
            "from:@bob in:#lobby has:image after:2026-01-02 before:2026-02-03 \"two words\" more:less", out var query);

        Assert.Null(refusal);
        Assert.Equal([SearchTokens.OfAuthor("bob")], query!.Authors);
        Assert.Equal(["lobby"], query.Rooms);
        Assert.Equal([SearchTokens.HasImage], query.Has);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), query.After);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), query.Before);
        Assert.Equal(2, query.Phrases.Count);
        Assert.Equal(2, query.Phrases[0].Count);
        Assert.Equal(2, query.Phrases[1].Count);
    }

    [Theory]
    [InlineData("shoes", true)]
    [InlineData("shoe RUNNING", true)]
    [InlineData("\"running shoes\"", true)]
    [InlineData("\"shoes running\"", false)]
    [InlineData("\"running shoes", true)]
    [InlineData("from:bob shoes", true)]
    [InlineData("from:carol shoes", false)]
    [InlineData("from:carol from:bob", true)]
    [InlineData("has:link", true)]
    [InlineData("has:file", false)]
    [InlineData("boots", false)]
    public void A_message_is_compared_with_the_query(string text, bool isMeant)
    {
        var content = new MessageContent("Red running shoes, see https://example.com", []);
        Assert.Null(SearchQuery.TryParse(text, out var query));

        Assert.Equal(isMeant, query!.Matches(SearchTokens.Of(content, 7, "Bob")));
    }
}
