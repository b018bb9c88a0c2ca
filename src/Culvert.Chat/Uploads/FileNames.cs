using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Culvert.Chat.Uploads;

/// <summary>Names of files: those that people give, and those on the disk.</summary>
internal static class FileNames
{
    /// <summary>Characters of a name that people give.</summary>
    public const int MaxLength = 200;

    private const int IdLength = 26;
    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly SearchValues<char> IdLetters = SearchValues.Create(IdCharacters);

    /// <summary>130 random bits: an address that cannot be guessed.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(IdCharacters, IdLength);

    /// <summary>True for what <see cref="NewId"/> can have made, and so safe as a part of a path.</summary>
    public static bool IsId(string text) =>
        text.Length == IdLength && !text.AsSpan().ContainsAnyExcept(IdLetters);

    /// <summary>
    /// The last part of a path, without what cannot be seen or would turn the line around, at most
    /// <see cref="MaxLength"/> characters with the ending kept; <c>file</c> when nothing is left.
    /// </summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.AsSpan(name.LastIndexOfAny(['/', '\\']) + 1).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var isSeen = category is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned) && rune != Rune.ReplacementChar;
            if (isSeen)
            {
                clean.Append(rune.ToString());
            }
        }

        var text = clean.ToString().Trim(' ', '.');
        if (text.Length > MaxLength)
        {
            var ending = Path.GetExtension(text) is { Length: <= 16 } known ? known : "";
            text = Cut(text, MaxLength - ending.Length) + ending;
        }

        return text.Length == 0 ? "file" : text;
    }

    /// <summary>Never half of a character.</summary>
    private static string Cut(string text, int length) =>
        char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
}
