using System.Globalization;
using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>Which characters a name may hold.</summary>
internal static class NameCharacters
{
    // First and last code points of letters that Unicode NFKC would replace (UnicodeData.txt 15): font variants,
    // ligatures, superscripts, presentation forms, and letters that are encoded twice. Conjoining Hangul is here
    // too, since the syllables are what people write. Left out, because people write them: Thai and Lao am,
    // Armenian ew and single Hangul letters.
    private static readonly (int First, int Last)[] Replaced =
    [
        (0xAA, 0xAA), (0xB5, 0xB5), (0xBA, 0xBA), (0x132, 0x133), (0x13F, 0x140), (0x149, 0x149), (0x17F, 0x17F),
        (0x1C4, 0x1CC), (0x1F1, 0x1F3), (0x2B0, 0x2B8), (0x2E0, 0x2E4), (0x340, 0x341), (0x343, 0x344),
        (0x374, 0x374), (0x37A, 0x37A), (0x3D0, 0x3D6), (0x3F0, 0x3F2), (0x3F4, 0x3F5), (0x3F9, 0x3F9),
        (0x675, 0x678), (0x958, 0x95F), (0x9DC, 0x9DF), (0xA33, 0xA36), (0xA59, 0xA5E), (0xB5C, 0xB5D),
        (0xEDC, 0xEDD), (0xF43, 0xF43), (0xF4D, 0xF4D), (0xF52, 0xF52), (0xF57, 0xF57), (0xF5C, 0xF5C),
        (0xF69, 0xF69), (0xF73, 0xF79), (0xF81, 0xF81), (0xF93, 0xF93), (0xF9D, 0xF9D), (0xFA2, 0xFA2),
        (0xFA7, 0xFA7), (0xFAC, 0xFAC), (0xFB9, 0xFB9), (0x10FC, 0x10FC), (0x1100, 0x11FF), (0x1D2C, 0x1D6A),
        (0x1D78, 0x1D78), (0x1D9B, 0x1DBF), (0x1E9A, 0x1E9B), (0x1F71, 0x1F71), (0x1F73, 0x1F73),
        (0x1F75, 0x1F75), (0x1F77, 0x1F77), (0x1F79, 0x1F79), (0x1F7B, 0x1F7B), (0x1F7D, 0x1F7D),
        (0x1FBB, 0x1FBB), (0x1FBE, 0x1FBE), (0x1FC9, 0x1FC9), (0x1FCB, 0x1FCB), (0x1FD3, 0x1FD3),
        (0x1FDB, 0x1FDB), (0x1FE3, 0x1FE3), (0x1FEB, 0x1FEB), (0x1FF9, 0x1FF9), (0x1FFB, 0x1FFB),
        (0x2071, 0x209C), (0x2102, 0x2149), (0x2C7C, 0x2C7D), (0x2D6F, 0x2D6F), (0x309F, 0x309F),
        (0x30FF, 0x30FF), (0xA69C, 0xA69D), (0xA770, 0xA770), (0xA7F2, 0xA7F9), (0xA960, 0xA97C),
        (0xAB5C, 0xAB5F), (0xAB69, 0xAB69), (0xD7B0, 0xD7FB), (0xF900, 0xFAFF), (0xFB00, 0xFDFB),
        (0xFE70, 0xFEFC), (0xFF66, 0xFFDC), (0x10781, 0x107BA), (0x1D400, 0x1D7FF), (0x1EE00, 0x1EEBB),
        (0x1FBF0, 0x1FBF9), (0x2F800, 0x2FA1D),
    ];

    /// <summary>True for letters and digits of any script.</summary>
    public static bool IsLetterOrDigit(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.LowercaseLetter
        or UnicodeCategory.UppercaseLetter
        or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber;

    /// <summary>True for marks that belong to the letter before them.</summary>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>
    /// True for marks that may not stand in a name: unseen ones, and those that no letter is written with.
    /// </summary>
    public static bool IsRefusedMark(Rune rune) => rune.Value switch
    {
        >= 0x300 and <= 0x36F => !NameDecompositions.IsKnownMark(rune.Value) || IsReplaced(rune),
        0x17B4 or 0x17B5 or >= 0x180B and <= 0x180F => true,
        >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF or >= 0x20D0 and <= 0x20FF => true,
        >= 0xFE00 and <= 0xFE0F or >= 0xFE20 and <= 0xFE2F or >= 0xE0100 and <= 0xE01EF => true,
        _ => IsReplaced(rune),
    };

    /// <summary>True for letters that cannot be seen although Unicode calls them letters: the Hangul fillers.</summary>
    public static bool IsUnseen(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    /// <summary>True for letters that are only another form of a plain one.</summary>
    public static bool IsReplaced(Rune rune)
    {
        foreach (var (first, last) in Replaced)
        {
            if (rune.Value <= last)
            {
                return rune.Value >= first;
            }
        }

        return false;
    }

    /// <summary>
    /// The ASCII form of a full-width letter or digit, which East Asian keyboards offer; else the rune.
    /// </summary>
    public static Rune ToHalfWidth(Rune rune) => rune.Value
        is >= 0xFF10 and <= 0xFF19
        or >= 0xFF21 and <= 0xFF3A
        or >= 0xFF41 and <= 0xFF5A
        ? new Rune(rune.Value - 0xFEE0)
        : rune;
}
