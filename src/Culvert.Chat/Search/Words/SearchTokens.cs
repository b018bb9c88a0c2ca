using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Chat.Search.Words;

/// <summary>The tokens that the index keeps of a message, as one text with spaces.</summary>
/// <remarks>
/// A word is kept as 40 bits of its hash. The index thus holds no text: what FTS5 leaves behind of an erased message in
/// pages that it has not merged yet cannot be read, and a query has no syntax of its own to go wrong. Two words that
/// share a hash are told apart when a hit is read. Tokens of other kinds have other lengths than the 8 of a word.
/// </remarks>
internal static class SearchTokens
{
    public const string HasFile = "f";
    public const string HasImage = "i";
    public const string HasLink = "l";

    /// <summary>Stands in every message.</summary>
    public const string Any = "m";

    /// <summary>Words of one message; 16 KB of text has fewer.</summary>
    private const int MaxWords = 4096;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The tokens of a message.</summary>
    public static string Of(MessageContent content, long roomId, string author)
    {
        var tokens = new StringBuilder(content.Text.Length * 2);
        HashSet<string> singles = [];
        foreach (var text in content.Files.Select(static file => file.Name).Prepend(content.Text))
        {
            foreach (var word in WordReader.Read(text, MaxWords))
            {
                tokens.Append(OfWord(word)).Append(' ');
                AddSingles(singles, word);
            }
        }

        foreach (var single in singles)
        {
            tokens.Append(OfWord(single)).Append(' ');
        }

        tokens.Append(OfRoom(roomId)).Append(' ').Append(OfAuthor(author));
        if (content.Files.Count > 0)
        {
            tokens.Append($" {HasFile}");
        }

        if (content.Files.Any(static file => file.Type.StartsWith("image/", StringComparison.Ordinal)))
        {
            tokens.Append($" {HasImage}");
        }

        if (content.Text.Contains("http://", StringComparison.OrdinalIgnoreCase)
            || content.Text.Contains("https://", StringComparison.OrdinalIgnoreCase))
        {
            tokens.Append($" {HasLink}");
        }

        return tokens.Append($" {Any}").ToString();
    }

    public static string OfWord(string word)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(word), hash);
        var bits = ((ulong)hash[0] << 32) | ((ulong)hash[1] << 24) | ((ulong)hash[2] << 16) | ((ulong)hash[3] << 8)
            | hash[4];
        Span<char> token = stackalloc char[8];
        for (var at = 0; at < token.Length; at++)
        {
            token[at] = Alphabet[(int)(bits >> (35 - (5 * at))) & 31];
        }

        return new string(token);
    }

    public static string OfRoom(long id) => string.Create(CultureInfo.InvariantCulture, $"r{id:x16}");

    public static string OfAuthor(string name) =>
        "u" + OfWord(NameRules.TryNormaliseUser(name, out var key, out _) ? key : name.ToLowerInvariant());

    /// <summary>Every character of a pair can also be looked for alone.</summary>
    private static void AddSingles(HashSet<string> singles, string word)
    {
        if (word.Length > 1 && Rune.TryGetRuneAt(word, 0, out var first) && WordReader.IsEastAsian(first)
            && first.Utf16SequenceLength < word.Length)
        {
            singles.Add(first.ToString());
            singles.Add(word[first.Utf16SequenceLength..]);
        }
    }
}
