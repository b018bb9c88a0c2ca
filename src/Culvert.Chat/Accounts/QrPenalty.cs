namespace Culvert.Chat.Accounts;

/// <summary>How hard a QR code is to read: of the eight masks the one with the least is taken (§7.8.3).</summary>
internal static class QrPenalty
{
    // What looks like a finder, with the light modules that it has on one of its sides.
    private const int FinderBefore = 0b1011101_0000;
    private const int FinderAfter = 0b0000_1011101;
    private const int FinderBits = 11;

    public static int Of(QrMatrix matrix)
    {
        var penalty = 0;
        var dark = 0;
        for (var i = 0; i < matrix.Size; i++)
        {
            var line = i;
            penalty += OfLine(matrix.Size, at => matrix[at, line]) + OfLine(matrix.Size, at => matrix[line, at]);
            for (var x = 0; x < matrix.Size; x++)
            {
                dark += matrix[x, line] ? 1 : 0;
                penalty += IsBlock(matrix, x, line) ? 3 : 0;
            }
        }

        // Ten for each five per cent away from half.
        var modules = matrix.Size * matrix.Size;
        return penalty + (10 * (Math.Abs((20 * dark) - (10 * modules)) / modules));
    }

    /// <summary>Runs of one colour, and what looks like a finder.</summary>
    private static int OfLine(int length, Func<int, bool> isDark)
    {
        var penalty = 0;
        var window = 0;
        var run = 0;
        for (var at = 0; at < length; at++)
        {
            run = at > 0 && isDark(at) == isDark(at - 1) ? run + 1 : 1;
            penalty += run switch
            {
                5 => 3,
                > 5 => 1,
                _ => 0,
            };
            window = ((window << 1) | (isDark(at) ? 1 : 0)) & ((1 << FinderBits) - 1);
            penalty += at >= FinderBits - 1 && window is (FinderBefore or FinderAfter) ? 40 : 0;
        }

        return penalty;
    }

    private static bool IsBlock(QrMatrix matrix, int x, int y) =>
        x + 1 < matrix.Size && y + 1 < matrix.Size
        && matrix[x, y] == matrix[x + 1, y]
        && matrix[x, y] == matrix[x, y + 1]
        && matrix[x, y] == matrix[x + 1, y + 1];
}
