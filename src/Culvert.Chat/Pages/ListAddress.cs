using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>The address of a page with a long list, and what its parts are called there. Immutable.</summary>
/// <param name="Path">Without a query.</param>
/// <param name="Anchor">Of the list in the page, without the number sign.</param>
/// <remarks>Public for the reason that <see cref="PageContext"/> is.</remarks>
public sealed record ListAddress(string Path, string Anchor)
{
    /// <summary>In front of each name, where a page has several lists.</summary>
    internal string Prefix { get; init; } = "";

    internal string WordsName => $"{Prefix}q";

    internal string AfterName => $"{Prefix}after";

    internal string BeforeName => $"{Prefix}before";

    /// <summary>The list from its beginning, whole.</summary>
    internal string Whole => $"{Path}#{Anchor}";

    /// <summary>Another page of it.</summary>
    internal string To(string name, string key, string words)
    {
        var query = words.Length == 0 ? "" : $"{WordsName}={Uri.EscapeDataString(words)}&";
        return $"{Path}?{query}{name}={Uri.EscapeDataString(key)}#{Anchor}";
    }

    /// <summary>What the query of a request says, for a request to the API.</summary>
    internal (string Name, string Value)[] Of(IQueryCollection query) =>
    [
        .. from pair in new[] { ("q", WordsName), ("after", AfterName), ("before", BeforeName) }
           let value = query[pair.Item2].ToString()
           where value.Length > 0
           select (pair.Item1, value),
    ];
}
