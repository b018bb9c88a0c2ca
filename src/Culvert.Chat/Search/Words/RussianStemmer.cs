namespace Culvert.Chat.Search.Words;

/// <summary>The Russian stemmer of Snowball, https://snowballstem.org/algorithms/russian/stemmer.html.</summary>
internal static class RussianStemmer
{
    // Of each group the longest suffix that fits counts, so each is sorted by length. The first member of a pair may
    // only follow а or я, which stay.
    private static readonly string[] GerundsBehindVowel = ["вшись", "вши", "в"];
    private static readonly string[] Gerunds = ["ившись", "ывшись", "ивши", "ывши", "ив", "ыв"];
    private static readonly string[] Reflexive = ["ся", "сь"];

    private static readonly string[] Adjectives =
    [
        "ими", "ыми", "его", "ого", "ему", "ому", "ее", "ие", "ые", "ое", "ей", "ий", "ый", "ой", "ем", "им", "ым",
        "ом", "их", "ых", "ую", "юю", "ая", "яя", "ою", "ею",
    ];

    private static readonly string[] ParticiplesBehindVowel = ["ем", "нн", "вш", "ющ", "щ"];
    private static readonly string[] Participles = ["ивш", "ывш", "ующ"];

    private static readonly string[] VerbsBehindVowel =
    [
        "ете", "йте", "ешь", "нно", "ла", "на", "ли", "ем", "ло", "но", "ет", "ют", "ны", "ть", "й", "л", "н",
    ];

    private static readonly string[] Verbs =
    [
        "ейте", "уйте", "ила", "ыла", "ена", "ите", "или", "ыли", "ило", "ыло", "ено", "ует", "уют", "ены", "ить",
        "ыть", "ишь", "ей", "уй", "ил", "ыл", "им", "ым", "ен", "ят", "ит", "ыт", "ую", "ю",
    ];

    private static readonly string[] Nouns =
    [
        "иями", "ями", "ами", "ией", "иям", "ием", "иях", "ев", "ов", "ие", "ье", "еи", "ии", "ей", "ой", "ий", "ям",
        "ем", "ам", "ом", "ах", "ях", "ию", "ью", "ия", "ья", "а", "е", "и", "й", "о", "у", "ы", "ь", "ю", "я",
    ];

    private static readonly string[] Superlatives = ["ейше", "ейш"];
    private static readonly string[] Derivational = ["ость", "ост"];

    /// <param name="word">In lower case, with е for ё.</param>
    public static string Stem(string word)
    {
        var (rv, r2) = RegionsOf(word);
        word = Step1(word, rv);
        word = Cut(word, rv, ["и"]) ?? word;
        word = Cut(word, r2, Derivational) ?? word;
        return Step4(word, rv);
    }

    private static string Step1(string word, int rv)
    {
        if (CutLonger(word, rv, Gerunds, GerundsBehindVowel) is { } gerund)
        {
            return gerund;
        }

        word = Cut(word, rv, Reflexive) ?? word;
        if (Cut(word, rv, Adjectives) is { } adjective)
        {
            return CutLonger(adjective, rv, Participles, ParticiplesBehindVowel) ?? adjective;
        }

        return CutLonger(word, rv, Verbs, VerbsBehindVowel) ?? Cut(word, rv, Nouns) ?? word;
    }

    /// <summary>Undoubles нн, with a superlative taken off before; or takes a soft sign off.</summary>
    private static string Step4(string word, int rv)
    {
        word = Cut(word, rv, Superlatives) ?? word;
        if (Ends(word, rv, "нн"))
        {
            return word[..^1];
        }

        return Cut(word, rv, ["ь"]) ?? word;
    }

    /// <summary>RV is behind the first vowel; R2 is behind the second consonant that follows a vowel.</summary>
    private static (int Rv, int R2) RegionsOf(string word)
    {
        var rv = 0;
        while (rv < word.Length && !IsVowel(word[rv]))
        {
            rv++;
        }

        rv = Math.Min(word.Length, rv + 1);
        return (rv, Region(word, Region(word, 0)));
    }

    private static int Region(string word, int from)
    {
        for (var at = from + 1; at < word.Length; at++)
        {
            if (!IsVowel(word[at]) && IsVowel(word[at - 1]))
            {
                return at + 1;
            }
        }

        return word.Length;
    }

    /// <summary>Takes off the longest suffix of two groups, of the second only behind а or я. Null for none.</summary>
    private static string? CutLonger(string word, int from, string[] free, string[] behindVowel)
    {
        var first = Find(word, from, free);
        var second = Find(word, from, behindVowel);
        if (first.Length > second.Length)
        {
            return word[..^first.Length];
        }

        var at = word.Length - second.Length;
        var fits = second.Length > 0 && at - 1 >= from && word[at - 1] is 'а' or 'я';
        return second.Length > 0 && fits ? word[..at] : null;
    }

    private static string? Cut(string word, int from, ReadOnlySpan<string> suffixes)
    {
        var found = Find(word, from, suffixes);
        return found.Length > 0 ? word[..^found.Length] : null;
    }

    /// <summary>The longest suffix within the region; empty for none.</summary>
    private static string Find(string word, int from, ReadOnlySpan<string> suffixes)
    {
        foreach (var suffix in suffixes)
        {
            if (Ends(word, from, suffix))
            {
                return suffix;
            }
        }

        return "";
    }

    private static bool Ends(string word, int from, string suffix) =>
        word.Length - suffix.Length >= from && word.EndsWith(suffix, StringComparison.Ordinal);

    private static bool IsVowel(char letter) =>
        letter is 'а' or 'е' or 'и' or 'о' or 'у' or 'ы' or 'э' or 'ю' or 'я';
}
