using System.Globalization;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Chat.Search.Words;

/// <summary>Makes letters equal that people type for one another: case, accents, width, ё and е.</summary>
internal static class LetterFolding
{
    /// <summary>Appends the folded form of a letter, digit or mark; of a mark that is an accent, nothing.</summary>
    public static void Append(StringBuilder word, Rune rune)
    {
        rune = Rune.ToLowerInvariant(NameCharacters.ToHalfWidth(rune));
        switch (rune.Value)
        {
            case 'ё':
                word.Append('е');
                return;
            case 'ß':
                word.Append("ss");
                return;
            case 'æ':
                word.Append("ae");
                return;
            case 'œ':
                word.Append("oe");
                return;
            case 'ø':
                word.Append('o');
                return;
            case 'ł':
                word.Append('l');
                return;
            case 'đ' or 'ð':
                word.Append('d');
                return;
            case 'ı':
                word.Append('i');
                return;
            case 'ς':
                word.Append('σ');
                return;
            case 0x306 when word.Length > 0 && (word[^1] is 'и' or 'у'):
                // й is a letter of its own and no и with an accent; ў likewise.
                word[^1] = word[^1] == 'и' ? 'й' : 'ў';
                return;
            case >= 0x300 and <= 0x36F:
                return;
        }

        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
        {
            word.Append((int)Rune.GetNumericValue(rune));
            return;
        }

        // Cyrillic letters with a mark are letters of their own.
        while (rune.Value is not (>= 0x400 and <= 0x52F)
            && NameDecompositions.TrySplit(rune.Value, out var bare, out _))
        {
            rune = new Rune(bare);
        }

        Span<char> utf16 = stackalloc char[2];
        word.Append(utf16[..rune.EncodeToUtf16(utf16)]);
    }
}
