using Culvert.Chat.Search.Words;

namespace Culvert.Tests.Chat.Search;

public sealed class WordReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Hello, world!", "hello world")]
    [InlineData("The Knitting-Needles", "the knit needl")]
    [InlineData("Сообщения в комнатах", "сообщен в комнат")]
    [InlineData("Ёлка елка", "елк елк")]
    [InlineData("мой", "мо")]
    [InlineData("Café café CAFÉ", "cafe cafe cafe")]
    [InlineData("Straße naïve Øre", "strass naiv ore")]
    [InlineData("don't 'quoted' users'", "don't quot user")]
    [InlineData("foo_bar snake.case", "foo bar snake case")]
    [InlineData("v1.2 2026-11-22", "v1 2 2026 11 22")]
    [InlineData("東京都庁", "東京 京都 都庁")]
    [InlineData("猫", "猫")]
    [InlineData("猫 and 犬", "猫 and 犬")]
    [InlineData("カタカナabc", "カタ タカ カナ abc")]
    [InlineData("한국어", "한국 국어")]
    [InlineData("１２３ ＡＢＣ", "123 abc")]
    [InlineData("٣٤", "34")]
    [InlineData("ΣΊΣΥΦΟΣ", "σισυφοσ")]
    [InlineData("👍 ok 👩‍💻", "ok")]
    [InlineData("\ud800x", "x")]
    public void Text_is_cut_into_folded_stems(string text, string words)
    {
        Assert.Equal(words, string.Join(' ', WordReader.Read(text, 100)));
    }

    [Fact]
    public void The_number_of_words_is_bounded()
    {
        Assert.Equal(10, WordReader.Read(string.Join(' ', Enumerable.Repeat("word", 1000)), 10).Count);
    }

    [Theory]
    [InlineData("hi @bob!", "bob")]
    [InlineData("@bob and @Alice, @bob", "bob Alice")]
    [InlineData("mail bob@example.com", "")]
    [InlineData("thanks @bob.", "bob. bob")]
    [InlineData("@анна привет", "анна")]
    [InlineData("@ @@ @!", "")]
    [InlineData("(@j.doe)", "j.doe")]
    public void Names_behind_an_at_sign_are_found(string text, string names)
    {
        Assert.Equal(names, string.Join(' ', MentionReader.Read(text)));
    }
}
