namespace Culvert.Chat.Accounts;

/// <summary>The modules of a QR code. Used by one thread.</summary>
internal sealed class QrMatrix
{
    private const int Masks = 8;

    private readonly QrVersion _version;
    private readonly bool[,] _isDark;
    private readonly bool[,] _isPattern;

    private QrMatrix(QrVersion version)
    {
        _version = version;
        Size = version.Size;
        _isDark = new bool[Size, Size];
        _isPattern = new bool[Size, Size];
    }

    /// <summary>Modules of a side, without the quiet zone of four around it.</summary>
    public int Size { get; }

    /// <param name="x">Column from the left.</param>
    /// <param name="y">Row from the top.</param>
    public bool this[int x, int y] => _isDark[x, y];

    /// <summary>The code of a text in level M; null when it is longer than 213 bytes.</summary>
    public static QrMatrix? Of(ReadOnlySpan<byte> text)
    {
        if (QrVersion.For(text.Length) is not { } version)
        {
            return null;
        }

        var matrix = new QrMatrix(version);
        matrix.DrawPatterns();
        matrix.DrawData(QrCodewords.Of(version, text));
        matrix.DrawBestMask();
        return matrix;
    }

    private void DrawPatterns()
    {
        for (var i = 0; i < Size; i++)
        {
            DrawPattern(6, i, i % 2 == 0);
            DrawPattern(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);
        var last = _version.Alignments.Length - 1;
        for (var i = 0; i <= last; i++)
        {
            for (var j = 0; j <= last; j++)
            {
                // Three corners belong to the finders.
                if ((i, j) != (0, 0) && (i, j) != (0, last) && (i, j) != (last, 0))
                {
                    DrawAlignment(_version.Alignments[i], _version.Alignments[j]);
                }
            }
        }

        // Keeps its place free of data.
        DrawFormat(0);
        DrawVersion();
    }

    /// <summary>Rings around a point, the light one around them included.</summary>
    private void DrawFinder(int x, int y)
    {
        for (var dy = -4; dy <= 4; dy++)
        {
            for (var dx = -4; dx <= 4; dx++)
            {
                var (column, row) = (x + dx, y + dy);
                if (column >= 0 && column < Size && row >= 0 && row < Size)
                {
                    DrawPattern(column, row, Math.Max(Math.Abs(dx), Math.Abs(dy)) is not (2 or 4));
                }
            }
        }
    }

    private void DrawAlignment(int x, int y)
    {
        for (var dy = -2; dy <= 2; dy++)
        {
            for (var dx = -2; dx <= 2; dx++)
            {
                DrawPattern(x + dx, y + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
            }
        }
    }

    /// <summary>Level M, which is 0, and the mask, twice (§7.9).</summary>
    private void DrawFormat(int mask)
    {
        var bits = WithRest(mask, 10, 0x537) ^ 0x5412;
        for (var i = 0; i < 15; i++)
        {
            var isDark = ((bits >> i) & 1) != 0;
            var (x, y) = i switch
            {
                < 6 => (8, i),
                6 => (8, 7),
                7 => (8, 8),
                8 => (7, 8),
                _ => (14 - i, 8),
            };
            DrawPattern(x, y, isDark);
            if (i < 8)
            {
                DrawPattern(Size - 1 - i, 8, isDark);
            }
            else
            {
                DrawPattern(8, Size - 15 + i, isDark);
            }
        }

        DrawPattern(8, Size - 8, isDark: true);
    }

    /// <summary>The version, twice, from 7 on (§7.10).</summary>
    private void DrawVersion()
    {
        if (_version.Number < 7)
        {
            return;
        }

        var bits = WithRest(_version.Number, 12, 0x1F25);
        for (var i = 0; i < 18; i++)
        {
            var isDark = ((bits >> i) & 1) != 0;
            DrawPattern(Size - 11 + (i % 3), i / 3, isDark);
            DrawPattern(i / 3, Size - 11 + (i % 3), isDark);
        }
    }

    /// <summary>The value with the rest of its division by the generator behind it (BCH).</summary>
    private static int WithRest(int value, int bits, int generator)
    {
        var rest = value;
        for (var i = 0; i < bits; i++)
        {
            rest = (rest << 1) ^ ((rest >> (bits - 1)) * generator);
        }

        return (value << bits) | rest;
    }

    private void DrawPattern(int x, int y, bool isDark)
    {
        _isDark[x, y] = isDark;
        _isPattern[x, y] = true;
    }

    /// <summary>In columns of two from the right, up and down in turn, past the patterns (§7.7.3).</summary>
    private void DrawData(byte[] codewords)
    {
        var bit = 0;
        var isUp = true;
        for (var right = Size - 1; right > 0; right -= 2, isUp = !isUp)
        {
            // The column of the vertical timing pattern is left out.
            right -= right == 6 ? 1 : 0;
            for (var i = 0; i < Size; i++)
            {
                var y = isUp ? Size - 1 - i : i;
                for (var x = right; x >= right - 1; x--)
                {
                    if (!_isPattern[x, y] && bit < 8 * codewords.Length)
                    {
                        _isDark[x, y] = ((codewords[bit / 8] >> (7 - (bit % 8))) & 1) != 0;
                        bit++;
                    }
                }
            }
        }
    }

    private void DrawBestMask()
    {
        var best = Enumerable.Range(0, Masks).MinBy(mask =>
        {
            DrawMask(mask);
            var penalty = QrPenalty.Of(this);
            DrawMask(mask);
            return penalty;
        });
        DrawMask(best);
    }

    /// <summary>Turns what the mask chooses; a second time turns it back.</summary>
    private void DrawMask(int mask)
    {
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                _isDark[x, y] ^= !_isPattern[x, y] && IsMasked(mask, x, y);
            }
        }

        DrawFormat(mask);
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
}
