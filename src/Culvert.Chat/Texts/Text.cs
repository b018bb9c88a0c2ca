using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Culvert.Chat.Texts;

/// <summary>What the pages say in one language. Immutable.</summary>
/// <remarks>
/// A text is a string with names in braces, or for a number an object with a string for each plural category of the
/// language (CLDR): <c>{"one":"{n} member","other":"{n} members"}</c>.
/// </remarks>
public sealed class Text
{
    private readonly FrozenDictionary<string, JsonElement> _entries;
    private readonly Text? _fallback;

    /// <param name="language">Such as <c>en</c>.</param>
    /// <param name="entries">By key.</param>
    /// <param name="fallback">Has what is missing here; null for nothing.</param>
    internal Text(string language, JsonElement entries, Text? fallback)
    {
        Language = language;
        _fallback = fallback;
        _entries = entries.EnumerateObject()
            .ToFrozenDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
    }

    /// <summary>BCP 47, for the attribute <c>lang</c>.</summary>
    internal string Language { get; }

    internal IEnumerable<string> Keys => _entries.Keys;

    /// <summary>The text of a key; the key itself when there is none, so that it is seen.</summary>
    internal string this[string key] => Find(key) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : key;

    /// <summary>The text of a key that may not be there.</summary>
    internal string? FindText(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The text with values in place of the names in braces.</summary>
    internal string Format(string key, params ReadOnlySpan<(string Name, object Value)> values) =>
        Fill(this[key], values);

    /// <summary>The plural form of the text for <paramref name="n"/>, which is also its <c>{n}</c>.</summary>
    internal string Count(string key, long n, params ReadOnlySpan<(string Name, object Value)> values)
    {
        if (Find(key) is not { ValueKind: JsonValueKind.Object } forms)
        {
            return key;
        }

        var form = forms.TryGetProperty(PluralOf(n), out var exact) ? exact : forms.GetProperty("other");
        return Fill(form.GetString() ?? key, [.. values, ("n", n)]);
    }

    private JsonElement? Find(string key) =>
        _entries.TryGetValue(key, out var entry) ? entry : _fallback?.Find(key);

    /// <summary>Unicode CLDR, plural rules of whole numbers.</summary>
    private string PluralOf(long n)
    {
        if (Language != "ru")
        {
            return n == 1 ? "one" : "other";
        }

        var isTeen = n % 100 is >= 11 and <= 14;
        return (n % 10) switch
        {
            1 when !isTeen => "one",
            >= 2 and <= 4 when !isTeen => "few",
            _ => "many",
        };
    }

    /// <summary>The text with values in place of the names in braces.</summary>
    internal static string Fill(string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        foreach (var (name, value) in values)
        {
            text = text.Replace(
                $"{{{name}}}", Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        return text;
    }
}
