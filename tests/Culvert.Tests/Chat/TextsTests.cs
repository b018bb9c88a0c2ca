using System.Text.Json;
using System.Text.RegularExpressions;
using Culvert.Chat.Assets;
using Culvert.Chat.Texts;
using Culvert.Tests.Tidy;

namespace Culvert.Tests.Chat;

/// <summary>What the pages say: the same keys in each language, each of them used, plural forms, values.</summary>
public sealed partial class TextsTests
{
    private static readonly string[] English = ["one", "other"];
    private static readonly string[] Russian = ["few", "many", "one", "other"];

    [Fact]
    public void T1_60_Both_languages_have_the_same_keys_with_the_same_values_in_braces()
    {
        var english = Load("en");
        var russian = Load("ru");

        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), russian.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in english)
        {
            Assert.True(text.ValueKind == russian[key].ValueKind, key);
            Assert.True(HolesOf(text).SetEquals(HolesOf(russian[key])), $"{key}: other names in braces");
        }
    }

    [Fact]
    public void T1_60_Each_plural_has_the_forms_of_its_language()
    {
        foreach (var (language, forms) in new[] { ("en", English), ("ru", Russian) })
        {
            foreach (var (key, text) in Load(language).Where(e => e.Value.ValueKind == JsonValueKind.Object))
            {
                var found = text.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal);
                Assert.True(found.SequenceEqual(forms), $"{language} {key}: the forms are {string.Join(", ", forms)}");
            }
        }
    }

    [Fact]
    public void T1_60_Each_key_that_is_asked_for_is_there_and_each_one_there_is_asked_for()
    {
        var keys = Load("en").Keys.ToHashSet(StringComparer.Ordinal);
        var areas = keys.Select(static key => key[..key.IndexOf('.', StringComparison.Ordinal)]).ToHashSet();
        var sources = Repository.Files
            .Where(static file => file.Path.StartsWith("src/Culvert.Chat/", StringComparison.Ordinal)
                && file.Extension is ".cs" or ".razor" or ".js")
            .ToArray();

        var literals = sources
            .SelectMany(static file => Literal().Matches(file.Text).Select(m => (file.Path, Key: m.Groups[1].Value)))
            .Where(use => areas.Contains(use.Key.Split('.')[0]) && !use.Key.EndsWith(".js", StringComparison.Ordinal))
            .ToArray();
        var prefixes = sources
            .SelectMany(static file => Computed().Matches(file.Text).Select(static m => m.Groups[1].Value))
            .Where(prefix => areas.Contains(prefix.Split('.')[0]))
            .ToHashSet(StringComparer.Ordinal);

        var unknown = literals.Where(use => !keys.Contains(use.Key)).Select(static use => $"{use.Path}: {use.Key}");
        var used = literals.Select(static use => use.Key).ToHashSet(StringComparer.Ordinal);
        var unused = keys.Where(key =>
            !used.Contains(key) && !prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal([], unknown.ToArray());
        Assert.Equal([], unused.ToArray());
    }

    [Theory]
    [InlineData("en", 1, "1 message")]
    [InlineData("en", 0, "0 messages")]
    [InlineData("ru", 1, "1 сообщение")]
    [InlineData("ru", 3, "3 сообщения")]
    [InlineData("ru", 11, "11 сообщений")]
    [InlineData("ru", 21, "21 сообщение")]
    [InlineData("ru", 112, "112 сообщений")]
    public void T1_60_A_number_takes_the_plural_form_of_its_language(string language, long n, string expected)
    {
        var text = new TextCatalogue(new AssetStore()).All.First(t => t.Language == language);

        Assert.Equal(expected, text.Count("rooms.messages", n));
    }

    private static Dictionary<string, JsonElement> Load(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
            Repository.TextOf($"src/Culvert.Chat/wwwroot/texts/{language}.json"))!; // The texts are an object.

    private static HashSet<string> HolesOf(JsonElement text) =>
        [.. Hole().Matches(text.ToString()).Select(static m => m.Value)];

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Hole();

    [GeneratedRegex("""(?<!\$)["'`]([a-z][A-Za-z]*(?:\.[A-Za-z_0-9]+)+)["'`]""")]
    private static partial Regex Literal();

    [GeneratedRegex("""(?:\$"|`)([a-z][A-Za-z]*\.[A-Za-z_.]*)(?:\$)?\{""")]
    private static partial Regex Computed();
}
