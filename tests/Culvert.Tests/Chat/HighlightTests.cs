using Culvert.Chat.Pages;

namespace Culvert.Tests.Chat;

public sealed class HighlightTests
{
    [Theory]
    [InlineData("Where is the Kettle?", "kettle", "Where is the [Kettle]?")]
    [InlineData("tea tea", "tea", "[tea] [tea]")]
    [InlineData("teapot", "tea teapot", "[teapot]")]
    [InlineData("a report from:bob", "from:bob report", "a [report] from:bob")]
    [InlineData("exact words here", "\"exact words\"", "[exact] [words] here")]
    [InlineData("nothing", "other", "nothing")]
    [InlineData("Чайник кипит", "чайник", "[Чайник] кипит")]
    public void The_words_of_the_query_stand_out(string text, string query, string expected) =>
        Assert.Equal(expected, Show(text, query));

    [Fact]
    public void A_long_text_is_cut_around_what_was_found()
    {
        var shown = Show(new string('x', 5000) + " needle " + new string('y', 5000), "needle");

        Assert.Contains("[needle]", shown, StringComparison.Ordinal);
        Assert.StartsWith("…", shown, StringComparison.Ordinal);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 300, 420);
    }

    private static string Show(string text, string query) =>
        string.Concat(Highlight.Of(text, query).Select(static part => part.IsMatch ? $"[{part.Part}]" : part.Part));
}
