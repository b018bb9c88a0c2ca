using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Culvert.Chat.Markup;
using Culvert.Tests.Support;
using Culvert.Tests.Tidy;

namespace Culvert.Tests.Chat;

/// <summary>The markup of messages on the server; the same table is tried on the script in a browser.</summary>
public sealed class MarkupTests
{
    private static readonly MarkupReader Reader = new()
    {
        Me = "alice",
        RoomHref = static name =>
            name is "lobby" or "Кухня" or "dev-ops" ? "/chat/rooms/" + Uri.EscapeDataString(name) : null,
    };

    private static JsonElement Corpus => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "tests/Culvert.Tests/Chat/markup.json"))).RootElement;

    [Fact]
    public void T1_31_The_server_renders_each_text_of_the_table()
    {
        var wrong = new StringBuilder();
        foreach (var entry in Corpus.GetProperty("render").EnumerateArray())
        {
            var text = TextOf(entry);
            var html = MarkupHtml.Render(text, Reader);
            if (html != entry.GetProperty("html").GetString())
            {
                wrong.AppendLine($"{entry.GetProperty("text").GetRawText()}\n  {entry.GetProperty("html")}\n  {html}");
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(Corpus.GetProperty("render").GetArrayLength() >= 200);
    }

    [Fact]
    public void T1_33_The_server_knows_messages_of_nothing_but_emoji()
    {
        foreach (var entry in Corpus.GetProperty("emojiOnly").EnumerateArray())
        {
            var text = TextOf(entry);

            Assert.True(entry.GetProperty("is").GetBoolean() == EmojiOnly.Is(text), text);
        }
    }

    [Fact]
    public void T1_28_The_server_shows_each_text_of_the_table_without_marks()
    {
        Assert.All(Corpus.GetProperty("plain").EnumerateArray(), static entry =>
            Assert.Equal(entry.GetProperty("plain").GetString(), MarkupText.Of(TextOf(entry))));
    }

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("shorter", 5, "short…")]
    [InlineData("one two", 4, "one…")]
    [InlineData("ab😀c", 3, "ab…")]
    [InlineData("ab😀c", 4, "ab😀…")]
    [InlineData("abe\u0301c", 3, "ab…")]
    [InlineData("a👩‍👩‍👧b", 8, "a…")]
    [InlineData("a🇷🇺b", 4, "a…")]
    [InlineData("👩‍👩‍👧", 3, "…")]
    public void T1_28_A_text_is_cut_between_what_is_seen_as_characters(string text, int length, string cut) =>
        Assert.Equal(cut, MarkupText.Cut(text, length));

    [Theory]
    [InlineData("*a ")]
    [InlineData("**a*_~~")]
    [InlineData("`a``b```c")]
    [InlineData("[a](")]
    [InlineData("[")]
    [InlineData("http://")]
    [InlineData("https://a.b/(")]
    [InlineData("@a")]
    [InlineData(":a")]
    [InlineData("> ")]
    [InlineData("- a\n")]
    [InlineData("\n> > > - a")]
    [InlineData("a\u0301\u0301")]
    public async Task T1_31_The_longest_text_takes_no_longer_than_its_length_says(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 16 * 1024 / part.Length));
        var html = MarkupHtml.Render(text, Reader);

        // A thousand times what it takes: quadratic time would show, a busy machine does not.
        await BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), () =>
        {
            var started = Stopwatch.GetTimestamp();
            MarkupHtml.Render(text, Reader);
            return Task.FromResult(Stopwatch.GetElapsedTime(started));
        });
        Assert.True(html.Length < text.Length * 20);
    }

    /// <summary>JSON cannot give a half of a surrogate pair to a string, so it is taken apart here.</summary>
    private static string TextOf(JsonElement entry)
    {
        var raw = entry.GetProperty("text").GetRawText();
        var text = new StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
            }
            else if (raw[++i] == 'u')
            {
                text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
            }
        }

        return text.ToString();
    }
}
