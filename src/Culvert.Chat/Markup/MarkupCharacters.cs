using System.Globalization;

namespace Culvert.Chat.Markup;

/// <summary>Classes of characters; <c>markdown-characters.js</c> has the same ones.</summary>
/// <remarks>A code point of -1 stands for the beginning or the end of the text.</remarks>
internal static class MarkupCharacters
{
    /// <summary>The code point that ends before an index, or -1.</summary>
    public static int Before(string text, int index) =>
        index <= 0 ? -1
        : index > 1 && char.IsSurrogatePair(text[index - 2], text[index - 1])
            ? char.ConvertToUtf32(text[index - 2], text[index - 1])
        : text[index - 1];

    /// <summary>The code point at an index, or -1 at the end.</summary>
    public static int After(string text, int index) =>
        index >= text.Length ? -1
        : index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1])
            ? char.ConvertToUtf32(text[index], text[index + 1])
        : text[index];

    /// <summary>Letters, marks and digits of all scripts.</summary>
    public static bool IsWord(int point) =>
        point >= 0x80
            ? CharUnicodeInfo.GetUnicodeCategory(point) is <= UnicodeCategory.DecimalDigitNumber
            : IsAsciiWord(point);

    /// <summary>A-Z, a-z, 0-9.</summary>
    public static bool IsAsciiWord(int point) => point is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9';

    public static bool IsDigit(int point) => point is >= '0' and <= '9';

    /// <summary>Latin letters, those with marks too.</summary>
    public static bool IsLatin(int point) =>
        point is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= 0xC0 and <= 0x24F and not 0xD7 and not 0xF7
            or >= 0x1E00 and <= 0x1EFF;

    /// <summary>White space; the end of the text counts as such.</summary>
    public static bool IsSpace(int point) =>
        point is < 0 or ' ' or '\t' or '\n' or 0xA0 or 0x1680 or >= 0x2000 and <= 0x200A or 0x202F or 0x205F or 0x3000;

    /// <summary>What changes the order of the characters after it; it is never shown.</summary>
    public static bool Turns(int point) => point is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;

    /// <summary>What takes no room of its own: marks above and below, and characters that are not seen.</summary>
    public static bool TakesNoRoom(int point) =>
        point >= 0xAD && (IsUnseen(point) || CharUnicodeInfo.GetUnicodeCategory(point)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);

    /// <summary>Characters that are not seen, except white space.</summary>
    public static bool IsUnseen(int point) =>
        point is 0xAD or 0x61C or 0x115F or 0x1160 or 0x180E or >= 0x200B and <= 0x200F or >= 0x2028 and <= 0x202E
            or >= 0x2060 and <= 0x206F or 0x3164 or 0xFEFF or 0xFFA0 or >= 0xFFF9 and <= 0xFFFB
            or >= 0xE0000 and <= 0xE0FFF;
}
