using System.Numerics;

namespace Culvert.Chat.Codes;

/// <summary>The modules of a QR code while it is drawn. Used once, by one thread.</summary>
internal sealed class QrMatrix
{
    private const int Masks = 8;

    // Level M, as the format says it.
    private const int Level = 0b00;

    // Where alignment patterns have their middle, by version; the first version has none.
    private static readonly int[][] Alignments =
    [
        [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
    ];

    private readonly int _version;
    private readonly bool[] _dark;
    private readonly bool[] _fixed;

    public QrMatrix(int version)
    {
        _version = version;
        Width = 17 + (4 * version);
        _dark = new bool[Width * Width];
        _fixed = new bool[Width * Width];
        DrawPatterns();
    }

    public int Width { get; }

    /// <summary>Fills what the patterns left, in columns of two from the right, up and down by turns.</summary>
    public void Place(ReadOnlySpan<byte> words)
    {
        var bit = 0;
        for (var right = Width - 1; right >= 1; right -= 2)
        {
            // The column of the timing pattern has no part in it.
            right = right == 6 ? 5 : right;
            for (var step = 0; step < Width; step++)
            {
                var row = ((right + 1) & 2) == 0 ? Width - 1 - step : step;
                for (var column = right; column > right - 2; column--)
                {
                    var at = (row * Width) + column;
                    if (!_fixed[at])
                    {
                        _dark[at] = bit < words.Length * 8 && ((words[bit / 8] >> (7 - (bit % 8))) & 1) != 0;
                        bit++;
                    }
                }
            }
        }
    }

    /// <summary>Applies the mask that is read best, and says which.</summary>
    public bool[] Finish()
    {
        var best = 0;
        var lowest = int.MaxValue;
        for (var mask = 0; mask < Masks; mask++)
        {
            Apply(mask);
            DrawFormat(mask);
            var penalty = QrPenalty.Of(_dark, Width);
            if (penalty < lowest)
            {
                (best, lowest) = (mask, penalty);
            }

            // A mask applied twice is no mask.
            Apply(mask);
        }

        Apply(best);
        DrawFormat(best);
        return _dark;
    }

    private void DrawPatterns()
    {
        for (var i = 0; i < Width; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Width - 4, 3);
        DrawFinder(3, Width - 4);
        var middles = Alignments[_version - 1];
        for (var i = 0; i < middles.Length; i++)
        {
            for (var j = 0; j < middles.Length; j++)
            {
                // Three corners have a finder there.
                var last = middles.Length - 1;
                var isCorner = (i, j) == (0, 0) || (i, j) == (0, last) || (i, j) == (last, 0);
                if (!isCorner)
                {
                    DrawSquares(middles[i], middles[j], 2, static distance => distance != 1);
                }
            }
        }

        // Reserves the place; the mask is not known yet.
        DrawFormat(0);
        DrawVersion();
    }

    private void DrawFinder(int column, int row) =>
        DrawSquares(column, row, 4, static distance => distance is not (2 or 4));

    private void DrawSquares(int column, int row, int reach, Func<int, bool> isDark)
    {
        for (var y = -reach; y <= reach; y++)
        {
            for (var x = -reach; x <= reach; x++)
            {
                if (column + x >= 0 && column + x < Width && row + y >= 0 && row + y < Width)
                {
                    Set(column + x, row + y, isDark(Math.Max(Math.Abs(x), Math.Abs(y))));
                }
            }
        }
    }

    /// <summary>Level and mask with a BCH code, twice.</summary>
    private void DrawFormat(int mask)
    {
        var data = (Level << 3) | mask;
        var bits = ((data << 10) | Remainder(data << 10, 0x537)) ^ 0x5412;
        for (var i = 0; i <= 5; i++)
        {
            Set(8, i, Bit(bits, i));
        }

        Set(8, 7, Bit(bits, 6));
        Set(8, 8, Bit(bits, 7));
        Set(7, 8, Bit(bits, 8));
        for (var i = 9; i < 15; i++)
        {
            Set(14 - i, 8, Bit(bits, i));
        }

        for (var i = 0; i < 8; i++)
        {
            Set(Width - 1 - i, 8, Bit(bits, i));
        }

        for (var i = 8; i < 15; i++)
        {
            Set(8, Width - 15 + i, Bit(bits, i));
        }

        Set(8, Width - 8, true);
    }

    private void DrawVersion()
    {
        if (_version < 7)
        {
            return;
        }

        var bits = (_version << 12) | Remainder(_version << 12, 0x1F25);
        for (var i = 0; i < 18; i++)
        {
            var (far, near) = (Width - 11 + (i % 3), i / 3);
            Set(far, near, Bit(bits, i));
            Set(near, far, Bit(bits, i));
        }
    }

    private void Apply(int mask)
    {
        for (var y = 0; y < Width; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                _dark[(y * Width) + x] ^= !_fixed[(y * Width) + x] && IsMasked(mask, x, y);
            }
        }
    }

    private static bool IsMasked(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((x / 3) + (y / 2)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    private static int Remainder(int value, int divisor)
    {
        while (BitOperations.Log2((uint)value) >= BitOperations.Log2((uint)divisor) && value != 0)
        {
            value ^= divisor << (BitOperations.Log2((uint)value) - BitOperations.Log2((uint)divisor));
        }

        return value;
    }

    private static bool Bit(int value, int index) => ((value >> index) & 1) != 0;

    private void Set(int column, int row, bool isDark)
    {
        _dark[(row * Width) + column] = isDark;
        _fixed[(row * Width) + column] = true;
    }
}
