using Culvert.Chat.Search.Words;
using Culvert.Tests.Tidy;

namespace Culvert.Tests.Chat.Search;

public sealed class StemmerTests
{
    private const string Folder = "tests/Culvert.Tests/Chat/Search";

    [Theory]
    [InlineData("consigned", "consign")]
    [InlineData("consistency", "consist")]
    [InlineData("conspiracies", "conspiraci")]
    [InlineData("knitting", "knit")]
    [InlineData("kneeling", "kneel")]
    [InlineData("knightly", "knight")]
    [InlineData("skies", "sky")]
    [InlineData("dying", "die")]
    [InlineData("generously", "generous")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("bob's", "bob")]
    [InlineData("news", "news")]
    [InlineData("go", "go")]
    [InlineData("y", "y")]
    [InlineData("eed", "eed")]
    public void English_forms_share_a_stem(string word, string stem)
    {
        Assert.Equal(stem, EnglishStemmer.Stem(word));
    }

    [Theory]
    [InlineData("важнейшими", "важн")]
    [InlineData("вагонов", "вагон")]
    [InlineData("падениями", "паден")]
    [InlineData("павловной", "павловн")]
    [InlineData("важностию", "важност")]
    [InlineData("сообщения", "сообщен")]
    [InlineData("сообщений", "сообщен")]
    [InlineData("комнате", "комнат")]
    [InlineData("бежавший", "бежа")]
    [InlineData("умывшись", "ум")]
    [InlineData("а", "а")]
    [InlineData("в", "в")]
    public void Russian_forms_share_a_stem(string word, string stem)
    {
        Assert.Equal(stem, RussianStemmer.Stem(word));
    }

    [Fact]
    public void T1_42_The_stems_are_those_of_Snowball_in_English() => MustAgree("english", EnglishStemmer.Stem);

    [Fact]
    public void T1_42_The_stems_are_those_of_Snowball_in_Russian() => MustAgree("russian", RussianStemmer.Stem);

    [Fact]
    public void Any_letters_have_a_stem()
    {
        var random = new Random(42);
        for (var count = 0; count < 20_000; count++)
        {
            var length = random.Next(0, 12);
            var english = new string([.. Enumerable.Range(0, length).Select(_ => "aeiouysxwlngtd'"[random.Next(15)])]);
            var russian = new string([.. Enumerable.Range(0, length).Select(_ => (char)('а' + random.Next(32)))]);

            Assert.True(EnglishStemmer.Stem(english).Length <= english.Length + 1);
            Assert.True(RussianStemmer.Stem(russian).Length <= russian.Length);
        }
    }

    /// <summary>The tables were made with the implementation that PostgreSQL has, of words from manuals.</summary>
    private static void MustAgree(string language, Func<string, string> stem)
    {
        var wrong = Repository.TextOf($"{Folder}/stems-{language}.txt")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' '))
            .Where(pair => stem(pair[0]) != pair[1])
            .Select(pair => $"{pair[0]}: {stem(pair[0])} and not {pair[1]}");

        Assert.Empty(wrong);
    }
}
