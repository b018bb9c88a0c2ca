using Culvert.Chat.Accounts;

namespace Culvert.Tests.Chat;

/// <summary>
/// Reads a perfect QR code, written from the reader's side of the standard; checks the format, the version and that
/// every block is a codeword of its correction.
/// </summary>
internal static class QrReader
{
    // By version: correction bytes of a block, and the data bytes of each block, at level M.
    private static readonly (int Correction, int[] Data)[] Blocks =
    [
        (10, [16]), (16, [28]), (26, [44]), (18, [32, 32]), (24, [43, 43]), (16, [27, 27, 27, 27]),
        (18, [31, 31, 31, 31]), (22, [38, 38, 39, 39]), (22, [36, 36, 36, 37, 37]), (26, [43, 43, 43, 43, 44]),
    ];

    private static readonly int[][] Centres =
    [
        [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
    ];

    // The 15 bits of level M and each mask, as the standard lists them (table C.1).
    private static readonly int[] Formats =
        [0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0];

    // The 18 bits of versions 7 to 10 (table D.1).
    private static readonly int[] Versions = [0x07C94, 0x085BC, 0x09A99, 0x0A4D3];

    public static byte[] Read(QrMatrix matrix)
    {
        var version = (matrix.Size - 17) / 4;
        CheckFinders(matrix);
        var mask = ReadMask(matrix);
        CheckVersion(matrix, version);
        var bytes = ReadBytes(matrix, version, mask);
        var data = Separate(bytes, version);

        Assert.Equal(4, data[0] >> 4);
        var at = 4;
        var length = Take(data, ref at, version < 10 ? 8 : 16);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = (byte)Take(data, ref at, 8);
        }

        var left = Math.Min(4, (8 * data.Length) - at);
        Assert.Equal(0, Take(data, ref at, left));
        return text;
    }

    private static void CheckFinders(QrMatrix matrix)
    {
        string[] finder =
        [
            "#######.", "#.....#.", "#.###.#.", "#.###.#.", "#.###.#.", "#.....#.", "#######.", "........",
        ];
        var last = matrix.Size - 1;
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                var isDark = finder[y][x] == '#';
                Assert.Equal(isDark, matrix[x, y]);
                Assert.Equal(isDark, matrix[last - x, y]);
                Assert.Equal(isDark, matrix[x, last - y]);
            }
        }

        for (var i = 8; i < matrix.Size - 8; i++)
        {
            Assert.Equal(i % 2 == 0, matrix[i, 6]);
            Assert.Equal(i % 2 == 0, matrix[6, i]);
        }

        Assert.True(matrix[8, matrix.Size - 8]);
    }

    private static int ReadMask(QrMatrix matrix)
    {
        int first = 0, second = 0;
        for (var i = 14; i >= 0; i--)
        {
            // Down the column beside the upper left finder, and around its corner.
            var (x, y) = i <= 7 ? (8, i < 6 ? i : i + 1) : (i == 8 ? 7 : 14 - i, 8);
            first = (first << 1) | (matrix[x, y] ? 1 : 0);
            var (otherX, otherY) = i < 8 ? (matrix.Size - 1 - i, 8) : (8, matrix.Size - 15 + i);
            second = (second << 1) | (matrix[otherX, otherY] ? 1 : 0);
        }

        Assert.Equal(first, second);
        return Array.IndexOf(Formats, first) is var mask and >= 0 ? mask : throw new InvalidDataException("format");
    }

    private static void CheckVersion(QrMatrix matrix, int version)
    {
        if (version < 7)
        {
            return;
        }

        int right = 0, below = 0;
        for (var i = 17; i >= 0; i--)
        {
            var (near, far) = (i / 3, matrix.Size - 11 + (i % 3));
            right = (right << 1) | (matrix[far, near] ? 1 : 0);
            below = (below << 1) | (matrix[near, far] ? 1 : 0);
        }

        Assert.Equal(Versions[version - 7], right);
        Assert.Equal(Versions[version - 7], below);
    }

    private static byte[] ReadBytes(QrMatrix matrix, int version, int mask)
    {
        var (correction, data) = Blocks[version - 1];
        var bytes = new byte[data.Sum() + (correction * data.Length)];
        var bit = 0;
        var columns = Enumerable.Range(0, matrix.Size).Where(x => x != 6).Reverse().ToArray();
        for (var pair = 0; pair < columns.Length; pair += 2)
        {
            for (var i = 0; i < matrix.Size; i++)
            {
                var y = pair % 4 == 0 ? matrix.Size - 1 - i : i;
                foreach (var x in new[] { columns[pair], columns[pair + 1] })
                {
                    if (!IsReserved(matrix.Size, version, x, y) && bit < 8 * bytes.Length)
                    {
                        var value = matrix[x, y] ^ IsMasked(mask, y, x) ? 1 : 0;
                        bytes[bit / 8] |= (byte)(value << (7 - (bit++ % 8)));
                    }
                }
            }
        }

        Assert.Equal(8 * bytes.Length, bit);
        return bytes;
    }

    private static bool IsReserved(int size, int version, int x, int y)
    {
        var isCorner = (x < 9 && y < 9) || (x < 9 && y >= size - 8) || (x >= size - 8 && y < 9);
        var isVersion = version >= 7
            && ((x < 6 && y >= size - 11 && y < size - 8) || (y < 6 && x >= size - 11 && x < size - 8));
        return isCorner || isVersion || x == 6 || y == 6 || IsAlignment(size, version, x, y);
    }

    private static bool IsAlignment(int size, int version, int x, int y)
    {
        foreach (var column in Centres[version - 1])
        {
            foreach (var row in Centres[version - 1])
            {
                var isFinder = (column == 6 && row == 6) || (column == 6 && row == size - 7)
                    || (column == size - 7 && row == 6);
                if (!isFinder && Math.Abs(x - column) <= 2 && Math.Abs(y - row) <= 2)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // By row and column, as the standard has it (table 10).
    private static bool IsMasked(int mask, int i, int j) => mask switch
    {
        0 => (i + j) % 2 == 0,
        1 => i % 2 == 0,
        2 => j % 3 == 0,
        3 => (i + j) % 3 == 0,
        4 => ((i / 2) + (j / 3)) % 2 == 0,
        5 => (i * j % 2) + (i * j % 3) == 0,
        6 => ((i * j % 2) + (i * j % 3)) % 2 == 0,
        _ => ((i * j % 3) + ((i + j) % 2)) % 2 == 0,
    };

    /// <summary>The data of the blocks in order.</summary>
    private static byte[] Separate(byte[] bytes, int version)
    {
        var (correction, lengths) = Blocks[version - 1];
        var blocks = lengths.Select(length => new List<byte>(length + correction)).ToArray();
        var at = 0;
        for (var i = 0; i < lengths.Max() + correction; i++)
        {
            // Where a block has one byte less, its place in that round is left out.
            for (var block = 0; block < blocks.Length; block++)
            {
                if (i != lengths.Max() - 1 || lengths[block] == lengths.Max())
                {
                    blocks[block].Add(bytes[at++]);
                }
            }
        }

        foreach (var block in blocks)
        {
            CheckSyndromes([.. block], correction);
        }

        return [.. blocks.SelectMany((block, i) => block.Take(lengths[i]))];
    }

    /// <summary>A codeword is zero at every root of the generator.</summary>
    private static void CheckSyndromes(byte[] block, int correction)
    {
        var (powers, logarithms) = (new int[255], new int[256]);
        for (int i = 0, value = 1; i < 255; i++)
        {
            (powers[i], logarithms[value]) = (value, i);
            value = value < 128 ? value << 1 : (value << 1) ^ 0x11D;
        }

        for (var root = 0; root < correction; root++)
        {
            var sum = 0;
            for (var i = 0; i < block.Length; i++)
            {
                var degree = block.Length - 1 - i;
                sum ^= block[i] == 0 ? 0 : powers[(logarithms[block[i]] + (root * degree)) % 255];
            }

            Assert.Equal(0, sum);
        }
    }

    private static int Take(byte[] data, ref int at, int bits)
    {
        var value = 0;
        for (var i = 0; i < bits; i++, at++)
        {
            value = (value << 1) | ((data[at / 8] >> (7 - (at % 8))) & 1);
        }

        return value;
    }
}
