using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Chat.Search.Words;

/// <summary>Cuts text into words as search compares them: folded and stemmed, East Asian text in pairs.</summary>
/// <remarks>
/// Letters, digits and their marks make words, of any script (no language is named, so the script tells: Cyrillic is
/// stemmed as Russian, Latin as English). Chinese, Japanese and Korean do not part words reliably, so every two
/// neighbouring characters are one. Not thread-safe.
/// </remarks>
internal sealed class WordReader
{
    /// <summary>A longer run of letters is no word; its beginning stands for it.</summary>
    private const int MaxLength = 64;

    private readonly StringBuilder _word = new();
    private readonly List<string> _words = [];
    private Rune _eastAsian;
    private int _eastAsianCount;

    /// <summary>The words of the text in order, at most <paramref name="limit"/>.</summary>
    public static List<string> Read(string text, int limit)
    {
        var reader = new WordReader();
        var isBehindLetter = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isLetter = reader.Add(rune, isBehindLetter);
            isBehindLetter = isLetter;
            if (reader._words.Count >= limit)
            {
                break;
            }
        }

        reader.EndWord();
        reader.EndEastAsian();
        return reader._words.Count > limit ? reader._words[..limit] : reader._words;
    }

    /// <summary>True for a character whose pairs are words.</summary>
    public static bool IsEastAsian(Rune rune) => rune.Value
        is (>= 0x1100 and <= 0x11FF)    // Hangul Jamo
        or (>= 0x3040 and <= 0x30FF)    // Hiragana, Katakana
        or (>= 0x3130 and <= 0x318F)    // Hangul compatibility
        or (>= 0x31F0 and <= 0x31FF)    // Katakana extensions
        or (>= 0x3400 and <= 0x4DBF)    // Han A
        or (>= 0x4E00 and <= 0x9FFF)    // Han
        or (>= 0xAC00 and <= 0xD7AF)    // Hangul syllables
        or (>= 0xF900 and <= 0xFAFF)    // Han, compatibility
        or (>= 0xFF66 and <= 0xFFDC)    // half-width forms
        or (>= 0x20000 and <= 0x323AF); // Han B to H

    /// <summary>Takes the next character; true when it belongs to a word.</summary>
    private bool Add(Rune rune, bool isBehindLetter)
    {
        if (rune.Value is '\'' or '\u2019')
        {
            // It belongs to the word when a letter follows too; one at the end is cut off with the word.
            if (isBehindLetter && _word.Length > 0 && _word[^1] != '\'')
            {
                _word.Append('\'');
                return true;
            }

            EndWord();
            return false;
        }

        if (!NameCharacters.IsLetterOrDigit(rune) && !NameCharacters.IsMark(rune))
        {
            EndWord();
            EndEastAsian();
            return false;
        }

        if (!IsEastAsian(rune))
        {
            EndEastAsian();
            if (_word.Length < MaxLength)
            {
                LetterFolding.Append(_word, rune);
            }

            return true;
        }

        EndWord();
        if (_eastAsianCount > 0)
        {
            _words.Add($"{_eastAsian}{rune}");
        }

        _eastAsian = rune;
        _eastAsianCount++;
        return true;
    }

    private void EndWord()
    {
        var word = _word.ToString().Trim('\'');
        _word.Clear();
        if (word.Length > 0)
        {
            _words.Add(Stem(word));
        }
    }

    /// <summary>A character alone makes no pair and is a word itself.</summary>
    private void EndEastAsian()
    {
        if (_eastAsianCount == 1)
        {
            _words.Add(_eastAsian.ToString());
        }

        _eastAsianCount = 0;
    }

    private static string Stem(string word)
    {
        if (word[0] is >= 'а' and <= 'я' && !word.AsSpan().ContainsAnyExceptInRange('а', 'я'))
        {
            return RussianStemmer.Stem(word);
        }

        var isEnglish = word[0] is >= 'a' and <= 'z';
        foreach (var letter in word)
        {
            isEnglish &= letter is (>= 'a' and <= 'z') or '\'';
        }

        return isEnglish ? EnglishStemmer.Stem(word) : word;
    }
}
