namespace Culvert.Chat.Accounts;

/// <summary>One size of a QR code at error correction level M (ISO/IEC 18004, tables 9 and E.1).</summary>
/// <param name="Number">1 to 10.</param>
/// <param name="CorrectionBytes">Of each block.</param>
/// <param name="Blocks">How many blocks there are.</param>
/// <param name="DataBytes">Of all blocks together; where they do not divide evenly the last ones have one more.</param>
/// <param name="Alignments">Rows and columns whose crossings have an alignment pattern.</param>
internal sealed record QrVersion(int Number, int CorrectionBytes, int Blocks, int DataBytes, int[] Alignments)
{
    private static readonly QrVersion[] All =
    [
        new(1, 10, 1, 16, []),
        new(2, 16, 1, 28, [6, 18]),
        new(3, 26, 1, 44, [6, 22]),
        new(4, 18, 2, 64, [6, 26]),
        new(5, 24, 2, 86, [6, 30]),
        new(6, 16, 4, 108, [6, 34]),
        new(7, 18, 4, 124, [6, 22, 38]),
        new(8, 22, 4, 154, [6, 24, 42]),
        new(9, 22, 5, 182, [6, 26, 46]),
        new(10, 26, 5, 216, [6, 28, 50]),
    ];

    /// <summary>Modules of a side.</summary>
    public int Size => 17 + (4 * Number);

    /// <summary>Bits that say how many bytes follow.</summary>
    public int LengthBits => Number < 10 ? 8 : 16;

    /// <summary>The smallest that holds so many bytes; null when none does.</summary>
    public static QrVersion? For(int bytes) =>
        Array.Find(All, version => 4 + version.LengthBits + (8 * bytes) <= 8 * version.DataBytes);
}
