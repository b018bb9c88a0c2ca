using System.Collections.Frozen;
using System.Text.Json;
using Culvert.Chat.Assets;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Texts;

/// <summary>Everything the pages say, by language: <c>wwwroot/texts/*.json</c>, which scripts load too.</summary>
internal sealed class TextCatalogue
{
    /// <summary>The cookie that holds the language that was chosen.</summary>
    public const string CookieName = "culvert_language";

    private readonly FrozenDictionary<string, Text> _texts;

    public TextCatalogue(AssetStore assets)
    {
        var english = new Text("en", Load(assets, "en"), null);
        _texts = new[] { english, new Text("ru", Load(assets, "ru"), english) }
            .ToFrozenDictionary(static text => text.Language, StringComparer.OrdinalIgnoreCase);
        Default = english;
    }

    public Text Default { get; }

    /// <summary>In the order in which pages offer them.</summary>
    public IEnumerable<Text> All => _texts.Values.OrderBy(static text => text.Language, StringComparer.Ordinal);

    /// <summary>The chosen language, or the first of the browser's that there is, or English.</summary>
    public Text Of(HttpRequest request)
    {
        var now = request.HttpContext.Items[CookieName] as string;
        if ((now ?? request.Cookies[CookieName]) is { } chosen && _texts.TryGetValue(chosen, out var text))
        {
            return text;
        }

        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static l => l.Quality ?? 1))
        {
            if (_texts.TryGetValue(wanted.Value.Value?.Split('-')[0] ?? "", out var known))
            {
                return known;
            }
        }

        return Default;
    }

    private static JsonElement Load(AssetStore assets, string language)
    {
        var asset = assets.Find($"texts/{language}.json")
            ?? throw new InvalidOperationException($"There are no texts in {language}.");
        using var document = JsonDocument.Parse(asset.Content);
        return document.RootElement.Clone();
    }
}
