using System.Globalization;
using Culvert.Chat.Search.Words;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Search;

/// <summary>What somebody looks for: words, <c>"phrases"</c> and operators. Immutable.</summary>
/// <remarks>
/// <c>from:NAME</c> (any of several), <c>in:ROOM</c> (any of several), <c>has:file|image|link</c> (all of them),
/// <c>after:YYYY-MM-DD</c> (that day or later) and <c>before:YYYY-MM-DD</c> (earlier than that day), in UTC.
/// </remarks>
internal sealed record SearchQuery
{
    /// <summary>Characters of a query.</summary>
    public const int MaxLength = 500;

    private const int MaxPhrases = 20;
    private const int MaxNames = 20;

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["file"] = SearchTokens.HasFile,
        ["image"] = SearchTokens.HasImage,
        ["link"] = SearchTokens.HasLink,
    };

    /// <summary>Tokens that follow one another; a word is a phrase of one.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Phrases { get; init; }

    /// <summary>Tokens of authors, any of whom will do; empty for anybody.</summary>
    public required IReadOnlyList<string> Authors { get; init; }

    /// <summary>Tokens that all have to be there.</summary>
    public required IReadOnlyList<string> Has { get; init; }

    /// <summary>Names of rooms, any of which will do; empty for all.</summary>
    public required IReadOnlyList<string> Rooms { get; init; }

    /// <summary>UTC Unix milliseconds; 0 for no limit.</summary>
    public long After { get; init; }

    /// <summary>UTC Unix milliseconds, exclusive; <see cref="long.MaxValue"/> for no limit.</summary>
    public long Before { get; init; } = long.MaxValue;

    /// <summary>Reads a query; a refusal says what is wrong with it.</summary>
    public static Refusal? TryParse(string text, out SearchQuery? query)
    {
        query = null;
        if (text.Length > MaxLength)
        {
            return new Refusal(ErrorCode.BadField, Reason.SearchTooLong.With("n", $"{MaxLength}"));
        }

        List<IReadOnlyList<string>> phrases = [];
        List<string> authors = [], has = [], rooms = [];
        var (after, before) = (0L, long.MaxValue);
        foreach (var (name, value) in Parts(text))
        {
            switch (name)
            {
                case "from":
                    authors.Add(SearchTokens.OfAuthor(value.TrimStart('@')));
                    break;
                case "in":
                    rooms.Add(value.TrimStart('#'));
                    break;
                case "has" when Kinds.TryGetValue(value, out var kind):
                    has.Add(kind);
                    break;
                case "has":
                    return new Refusal(ErrorCode.BadField, Reason.SearchHas.With());
                case "after" when TryReadDay(value, out var day):
                    after = Math.Max(after, day);
                    break;
                case "before" when TryReadDay(value, out var day):
                    before = Math.Min(before, day);
                    break;
                case "after" or "before":
                    return new Refusal(ErrorCode.BadField, Reason.SearchDay.With("name", name));
                default:
                    AddPhrase(phrases, value);
                    break;
            }
        }

        if (phrases.Count > MaxPhrases || authors.Count > MaxNames || rooms.Count > MaxNames)
        {
            return new Refusal(ErrorCode.BadField, Reason.SearchTooMany.With("n", $"{MaxPhrases}"));
        }

        query = new SearchQuery
        {
            Phrases = phrases,
            Authors = authors,
            Has = has,
            Rooms = rooms,
            After = after,
            Before = before,
        };
        var isEmpty = phrases.Count + authors.Count + has.Count + rooms.Count == 0
            && after == 0 && before == long.MaxValue;
        return isEmpty ? new Refusal(ErrorCode.MissingField, Reason.SearchEmpty.With()) : null;
    }

    /// <summary>The query as a store looks it up.</summary>
    /// <param name="rooms">Tokens of the only rooms; null for all.</param>
    public SearchExpression Expression(IReadOnlyCollection<string>? rooms)
    {
        List<IReadOnlyList<string>> phrases = [.. Phrases, .. Has.Select(static token => (string[])[token])];
        List<IReadOnlyCollection<string>> any = [];
        if (Authors.Count > 0)
        {
            any.Add(Authors);
        }

        if (rooms?.Count > 0)
        {
            any.Add(rooms);
        }

        if (phrases.Count + any.Count == 0)
        {
            // Stands in every message: beside others it would only be walked through for nothing.
            phrases.Add([SearchTokens.Any]);
        }

        return new SearchExpression(phrases, any);
    }

    /// <summary>True when a message with these tokens is meant; its room and time are not looked at.</summary>
    public bool Matches(string tokens)
    {
        var words = tokens.Split(' ');
        return Phrases.All(phrase => Contains(words, phrase))
            && Has.All(token => words.Contains(token))
            && (Authors.Count == 0 || Authors.Any(token => words.Contains(token)));
    }

    private static bool Contains(string[] words, IReadOnlyList<string> phrase)
    {
        for (var at = 0; at + phrase.Count <= words.Length; at++)
        {
            var length = 0;
            while (length < phrase.Count && words[at + length] == phrase[length])
            {
                length++;
            }

            if (length == phrase.Count)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Parts between spaces; a quote keeps its spaces, with or without an operator before it.</summary>
    private static IEnumerable<(string Name, string Value)> Parts(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var name = OperatorAt(text, at);
            at += name.Length > 0 ? name.Length + 1 : 0;
            int end;
            string value;
            if (at < text.Length && text[at] == '"')
            {
                end = text.IndexOf('"', at + 1);
                end = end < 0 ? text.Length : end;
                value = text[(at + 1)..end];
                at = end + 1;
            }
            else
            {
                end = at;
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '"')
                {
                    end++;
                }

                value = text[at..end];
                at = end;
            }

            yield return (name, value);
        }
    }

    private static string OperatorAt(string text, int at)
    {
        foreach (var name in (ReadOnlySpan<string>)["from", "in", "before", "after", "has"])
        {
            var end = at + name.Length;
            if (end + 1 < text.Length && text[end] == ':' && !char.IsWhiteSpace(text[end + 1])
                && string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                return name;
            }
        }

        return "";
    }

    /// <summary>What has several words in it is a phrase: <c>foo_bar</c>, or a text without spaces.</summary>
    private static void AddPhrase(List<IReadOnlyList<string>> phrases, string text)
    {
        var words = WordReader.Read(text, MaxLength);
        if (words.Count > 0)
        {
            phrases.Add([.. words.Select(SearchTokens.OfWord)]);
        }
    }

    private static bool TryReadDay(string text, out long milliseconds)
    {
        var isDay = DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        milliseconds = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return isDay;
    }
}
