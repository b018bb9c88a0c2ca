using System.Buffers;
using System.Globalization;
using System.Text;

namespace Culvert.Server.Accounts;

/// <summary>
/// What users may call themselves beside their name: any script and emoji, on one line, in reading order, visible.
/// </summary>
internal static class DisplayNames
{
    /// <summary>The longest display name, in code points.</summary>
    public const int MaxLength = 64;

    // Keycaps and Vietnamese carry two, Hebrew and Thai three; a tower of them covers the lines around.
    private const int MaxMarks = 4;

    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int BlackFlag = 0x1F3F4;

    /// <summary>The name without the white space around it; null, and a sentence, when it cannot be used.</summary>
    public static string? Clean(string text, out string? problem)
    {
        var name = text.Trim();
        problem = FindProblem(name);
        return problem is null ? name : null;
    }

    /// <summary>As it is looked up by its beginning.</summary>
    public static string KeyOf(string name) => name.ToLowerInvariant();

    private static string? FindProblem(string name)
    {
        var rest = name.AsSpan();
        var before = default(Rune);
        var isVisible = false;
        for (int length = 0, marks = 0; !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var taken) != OperationStatus.Done)
            {
                return "The display name is not valid Unicode text.";
            }

            // Checked within the loop, so that a name of any size costs no more than the longest allowed one.
            if (length == MaxLength)
            {
                return $"A display name has at most {MaxLength} characters.";
            }

            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MaxMarks || !IsAllowed(rune, before))
            {
                return $"A display name cannot hold U+{rune.Value:X4} at this place.";
            }

            isVisible |= marks == 0 && !IsBlank(rune);
            before = rune;
            rest = rest[taken..];
        }

        return isVisible ? null : "A display name has at least one character that can be seen.";
    }

    private static bool IsAllowed(Rune rune, Rune before) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ' && before.Value != ' ',
        UnicodeCategory.Format => IsJoining(rune, before),

        // Emoji that are newer than this program's table.
        UnicodeCategory.OtherNotAssigned => rune.Value is >= 0x1F000 and <= 0x1FAFF,
        _ => true,
    };

    /// <summary>
    /// Unseen characters only where a script or an emoji needs them: else two names that look the same could differ.
    /// </summary>
    private static bool IsJoining(Rune rune, Rune before) => rune.Value switch
    {
        ZeroWidthJoiner or ZeroWidthNonJoiner => !before.IsAscii && Rune.GetUnicodeCategory(before)
            is not UnicodeCategory.Format,
        >= 0xE0020 and <= 0xE007F => before.Value is BlackFlag or >= 0xE0020 and <= 0xE007E,
        _ => false,
    };

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Unicode calls the fillers letters, and the empty Braille pattern a symbol.</summary>
    private static bool IsBlank(Rune rune) =>
        rune.Value is ' ' or 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;
}
