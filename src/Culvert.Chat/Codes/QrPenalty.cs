namespace Culvert.Chat.Codes;

/// <summary>Says how hard a drawn QR code is to read: what the masks are chosen by (ISO/IEC 18004, 7.8.3).</summary>
internal static class QrPenalty
{
    // A finder's proportions with its quiet zone on either side, as bits of eleven modules.
    private const int FinderBefore = 0b10111010000;
    private const int FinderAfter = 0b00001011101;

    public static int Of(bool[] dark, int width)
    {
        var penalty = 0;
        for (var i = 0; i < width; i++)
        {
            var line = i;
            penalty += OfLine(j => dark[(line * width) + j], width) + OfLine(j => dark[(j * width) + line], width);
        }

        for (var y = 0; y < width - 1; y++)
        {
            for (var x = 0; x < width - 1; x++)
            {
                var at = (y * width) + x;
                var isPair = dark[at] == dark[at + 1] && dark[at + width] == dark[at + width + 1];
                var isBlock = isPair && dark[at] == dark[at + width];
                penalty += isBlock ? 3 : 0;
            }
        }

        // Ten for each twentieth that the share of dark modules is away from a half.
        var count = dark.Count(static isDark => isDark);
        return penalty + (Math.Abs((count * 20) - (dark.Length * 10)) / dark.Length * 10);
    }

    private static int OfLine(Func<int, bool> isDark, int width)
    {
        var penalty = 0;
        var run = 0;
        var last = 0;
        for (var i = 0; i < width; i++)
        {
            run = i > 0 && isDark(i) == isDark(i - 1) ? run + 1 : 1;
            penalty += run == 5 ? 3 : run > 5 ? 1 : 0;
            last = ((last << 1) & 0x7FF) | (isDark(i) ? 1 : 0);
            penalty += i >= 10 && last is (FinderBefore or FinderAfter) ? 40 : 0;
        }

        return penalty;
    }
}
