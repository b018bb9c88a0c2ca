namespace Culvert.Chat.Search.Words;

/// <summary>
/// The English stemmer of Snowball ("Porter2"), https://snowballstem.org/algorithms/english/stemmer.html.
/// </summary>
/// <remarks>
/// Not linguistics but agreement: forms of one word get the same stem, in messages and in queries. The steps are named
/// as in the description.
/// </remarks>
internal static class EnglishStemmer
{
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    };

    // Words that begin so have their first region behind it.
    private static readonly string[] Beginnings = ["gener", "arsen", "commun"];

    private static readonly HashSet<string> FinishedAfterStep1A = new(StringComparer.Ordinal)
    {
        "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
    };

    // Longest first where one ends with another.
    private static readonly (string Suffix, string Stem)[] Step2Suffixes =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
        ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"),
        ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"),
        ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"),
        ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Stem)[] Step3Suffixes =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""),
        ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] Step4Suffixes =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
        "al", "er", "ic",
    ];

    /// <param name="word">In lower case, without accents; an apostrophe is <c>'</c>.</param>
    public static string Stem(string word)
    {
        if (word.Length <= 2)
        {
            return word;
        }

        word = word.TrimStart('\'');
        if (Exceptions.TryGetValue(word, out var known))
        {
            return known;
        }

        word = MarkConsonants(word);
        var (r1, r2) = RegionsOf(word);
        word = Step1A(Step0(word));
        if (FinishedAfterStep1A.Contains(word))
        {
            return word;
        }

        word = Step1C(Step1B(word, r1));
        word = Step4(Step3(Step2(word, r1), r1, r2), r2);
        return Step5(word, r1, r2).Replace('Y', 'y');
    }

    /// <summary>A y at the beginning or behind a vowel is a consonant, written Y until the end.</summary>
    private static string MarkConsonants(string word)
    {
        if (!word.Contains('y', StringComparison.Ordinal))
        {
            return word;
        }

        var letters = word.ToCharArray();
        for (var at = 0; at < letters.Length; at++)
        {
            if (letters[at] == 'y' && (at == 0 || IsVowel(letters[at - 1])))
            {
                letters[at] = 'Y';
            }
        }

        return new string(letters);
    }

    /// <summary>Where the regions begin: behind the first consonant behind a vowel, once and twice.</summary>
    private static (int R1, int R2) RegionsOf(string word)
    {
        var begin = Beginnings.FirstOrDefault(each => word.StartsWith(each, StringComparison.Ordinal));
        var r1 = begin?.Length ?? Region(word, 0);
        return (r1, Region(word, r1));
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

    private static string Step0(string word) =>
        Cut(word, "'s'") ?? Cut(word, "'s") ?? Cut(word, "'") ?? word;

    private static string Step1A(string word)
    {
        if (Ends(word, "sses"))
        {
            return word[..^2];
        }

        if (Ends(word, "ied") || Ends(word, "ies"))
        {
            return word.Length > 4 ? word[..^2] : word[..^1];
        }

        if (Ends(word, "us") || Ends(word, "ss") || !Ends(word, "s"))
        {
            return word;
        }

        return HasVowel(word, word.Length - 2) ? word[..^1] : word;
    }

    private static string Step1B(string word, int r1)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["eedly", "eed"])
        {
            if (Ends(word, suffix))
            {
                return word.Length - suffix.Length >= r1 ? word[..^suffix.Length] + "ee" : word;
            }
        }

        foreach (var suffix in (ReadOnlySpan<string>)["ingly", "edly", "ing", "ed"])
        {
            if (Ends(word, suffix))
            {
                return HasVowel(word, word.Length - suffix.Length) ? Mend(word[..^suffix.Length], r1) : word;
            }
        }

        return word;
    }

    private static string Mend(string word, int r1)
    {
        if (Ends(word, "at") || Ends(word, "bl") || Ends(word, "iz"))
        {
            return word + "e";
        }

        var isDouble = word.Length > 1 && word[^1] == word[^2]
            && word[^1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';
        if (isDouble)
        {
            return word[..^1];
        }

        return r1 >= word.Length && EndsShort(word) ? word + "e" : word;
    }

    private static string Step1C(string word) =>
        word.Length > 2 && word[^1] is 'y' or 'Y' && !IsVowel(word[^2]) ? word[..^1] + "i" : word;

    private static string Step2(string word, int r1)
    {
        foreach (var (suffix, stem) in Step2Suffixes)
        {
            if (!Ends(word, suffix))
            {
                continue;
            }

            var at = word.Length - suffix.Length;
            var applies = at >= r1 && suffix switch
            {
                "ogi" => at > 0 && word[at - 1] == 'l',
                "li" => at > 0 && word[at - 1] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                _ => true,
            };
            return applies ? word[..at] + stem : word;
        }

        return word;
    }

    private static string Step3(string word, int r1, int r2)
    {
        foreach (var (suffix, stem) in Step3Suffixes)
        {
            if (Ends(word, suffix))
            {
                var at = word.Length - suffix.Length;
                return at >= (suffix == "ative" ? r2 : r1) ? word[..at] + stem : word;
            }
        }

        return word;
    }

    private static string Step4(string word, int r2)
    {
        foreach (var suffix in Step4Suffixes)
        {
            if (Ends(word, suffix))
            {
                var at = word.Length - suffix.Length;
                var applies = at >= r2 && (suffix != "ion" || (at > 0 && word[at - 1] is 's' or 't'));
                return applies ? word[..at] : word;
            }
        }

        return word;
    }

    private static string Step5(string word, int r1, int r2)
    {
        var at = word.Length - 1;
        if (Ends(word, "e"))
        {
            return at >= r2 || (at >= r1 && !EndsShort(word[..at])) ? word[..at] : word;
        }

        return Ends(word, "l") && at >= r2 && at > 0 && word[at - 1] == 'l' ? word[..at] : word;
    }

    /// <summary>A vowel between consonants, the last none of w, x, Y; or a vowel and a consonant alone.</summary>
    private static bool EndsShort(string word) => word.Length switch
    {
        2 => IsVowel(word[0]) && !IsVowel(word[1]),
        > 2 => !IsVowel(word[^3]) && IsVowel(word[^2]) && !IsVowel(word[^1]) && word[^1] is not ('w' or 'x' or 'Y'),
        _ => false,
    };

    private static bool HasVowel(string word, int before)
    {
        for (var at = 0; at < before; at++)
        {
            if (IsVowel(word[at]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static bool Ends(string word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static string? Cut(string word, string suffix) => Ends(word, suffix) ? word[..^suffix.Length] : null;
}
