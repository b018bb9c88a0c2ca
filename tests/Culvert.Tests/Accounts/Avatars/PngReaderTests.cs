using System.Text;
using Culvert.Server.Accounts.Avatars;

namespace Culvert.Tests.Accounts.Avatars;

public sealed class PngReaderTests
{
    private const int MaxSide = 512;

    [Fact]
    public void T1_12_The_checksum_is_that_of_the_standard()
    {
        Assert.Equal(0xCBF43926u, PngFormat.Crc("123456789"u8));
        Assert.Equal(0xAE426082u, PngFormat.Crc("IEND"u8));
    }

    [Theory]
    [InlineData(PngFile.Grey, "0007", "070707FF")]
    [InlineData(PngFile.Rgb, "00010203", "010203FF")]
    [InlineData(PngFile.GreyAlpha, "000780", "07070780")]
    [InlineData(PngFile.Rgba, "0001020304", "01020304")]
    public void T1_12_Each_kind_of_colour_is_read(int colour, string rows, string pixels)
    {
        var picture = Read(PngFile.Picture(colour, 1, 1, Convert.FromHexString(rows)));

        Assert.Equal(pixels, Convert.ToHexString(picture.Pixels));
    }

    [Fact]
    public void T1_12_A_palette_may_have_alpha_for_its_first_colours()
    {
        var file = PngFile.Picture(
            PngFile.Indexed,
            2,
            1,
            [0, 0, 1],
            PngFile.Chunk("PLTE", [1, 2, 3, 4, 5, 6]),
            PngFile.Chunk("tRNS", [128]));

        Assert.Equal("01020380040506FF", Convert.ToHexString(Read(file).Pixels));
    }

    [Theory]
    [InlineData(PngFile.Grey, "00090A", "0009", "090909000A0A0AFF")]
    [InlineData(PngFile.Rgb, "00010203010204", "000100020003", "01020300010204FF")]
    public void T1_12_One_colour_may_stand_for_nothing(int colour, string rows, string nothing, string pixels)
    {
        var file = PngFile.Picture(
            colour,
            2,
            1,
            Convert.FromHexString(rows),
            PngFile.Chunk("tRNS", Convert.FromHexString(nothing)));

        Assert.Equal(pixels, Convert.ToHexString(Read(file).Pixels));
    }

    [Theory]
    [InlineData("000A14", "00051E", "0A14", "051E")]
    [InlineData("010A0A", "010519", "0A14", "051E")]
    [InlineData("020A14", "02FB0A", "0A14", "051E")]
    [InlineData("030A0F", "030012", "0A14", "051E")]
    [InlineData("040A0A", "04FB0A", "0A14", "051E")]
    public void T1_12_Each_filter_is_undone(string first, string second, string firstRow, string secondRow)
    {
        var picture = Read(PngFile.Picture(PngFile.Grey, 2, 2, Convert.FromHexString(first + second)));

        var greys = picture.Pixels.Where((_, i) => i % 4 == 0).ToArray();
        Assert.Equal(firstRow + secondRow, Convert.ToHexString(greys));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(90)]
    public void T1_12_What_is_written_is_read_back(int seed)
    {
        var random = new Random(seed);
        var (width, height) = (random.Next(1, 60), random.Next(1, 60));
        var pixels = new byte[width * height * 4];
        random.NextBytes(pixels);

        var read = Read(PngWriter.Write(new Picture(width, height, pixels)));

        Assert.Equal((width, height), (read.Width, read.Height));
        Assert.Equal(pixels, read.Pixels);
    }

    [Fact]
    public void T1_12_What_is_written_has_nothing_but_pixels()
    {
        var file = PngFile.Picture(
            PngFile.Grey, 1, 1, [0, 7], PngFile.Chunk("tEXt", "Comment\0secret place"u8.ToArray()));

        var written = PngWriter.Write(Read(file));

        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
        Assert.DoesNotContain("tEXt", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> BadFiles()
    {
        var header = PngFile.Header(1, 1, PngFile.Grey);
        var data = PngFile.Data(PngFile.Pack([0, 7]));
        var end = PngFile.End();
        var palette = PngFile.Chunk("PLTE", [1, 2, 3]);
        var wrong = (byte[])data.Clone();
        wrong[^1] ^= 1;
        return new TheoryData<string, byte[]>
        {
            { "empty", [] },
            { "text", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() },
            { "signature alone", PngFile.Of() },
            { "no header", PngFile.Of(data, end) },
            { "two headers", PngFile.Of(header, header, data, end) },
            { "no data", PngFile.Of(header, end) },
            { "no end", PngFile.Of(header, data) },
            { "something behind", [.. PngFile.Of(header, data, end), 0] },
            { "wrong checksum", PngFile.Of(header, wrong, end) },
            { "data apart", PngFile.Of(header, data, PngFile.Chunk("tEXt", [1]), data, end) },
            { "critical chunk", PngFile.Of(header, PngFile.Chunk("ABCD", []), data, end) },
            { "length beyond", [.. PngFile.Of(header), 0x7F, 0xFF, 0xFF, 0xFF, (byte)'I', (byte)'D', (byte)'A',
                (byte)'T', 0, 0, 0, 0] },
            { "no width", PngFile.Of(PngFile.Header(0, 1, 0), data, end) },
            { "too wide", PngFile.Of(PngFile.Header(513, 1, 0), data, end) },
            { "huge", PngFile.Of(PngFile.Header(int.MaxValue, int.MaxValue, 6), data, end) },
            { "negative", PngFile.Of(PngFile.Header(-1, 1, 0), data, end) },
            { "16 bits", PngFile.Of(PngFile.Header(1, 1, 0, depth: 16), data, end) },
            { "1 bit", PngFile.Of(PngFile.Header(1, 1, 0, depth: 1), data, end) },
            { "colour 1", PngFile.Of(PngFile.Header(1, 1, 1), data, end) },
            { "packing", PngFile.Of(PngFile.Header(1, 1, 0, packing: 1), data, end) },
            { "filtering", PngFile.Of(PngFile.Header(1, 1, 0, filter: 1), data, end) },
            { "interlaced", PngFile.Of(PngFile.Header(1, 1, 0, interlace: 1), data, end) },
            { "short header", PngFile.Of(PngFile.Chunk("IHDR", new byte[12]), data, end) },
            { "no palette", PngFile.Of(PngFile.Header(1, 1, 3), data, end) },
            { "palette late", PngFile.Of(PngFile.Header(1, 1, 3), data, palette, end) },
            { "palette of grey", PngFile.Of(header, palette, data, end) },
            { "outside palette", PngFile.Of(PngFile.Header(1, 1, 3), palette, data, end) },
            { "alpha of alpha", PngFile.Picture(PngFile.GreyAlpha, 1, 1, [0, 7, 7], PngFile.Chunk("tRNS", [0, 7])) },
            { "filter 5", PngFile.Picture(PngFile.Grey, 1, 1, [5, 7]) },
            { "too few rows", PngFile.Picture(PngFile.Grey, 1, 2, [0, 7]) },
            { "too many rows", PngFile.Picture(PngFile.Grey, 1, 1, [0, 7, 0, 7]) },
            { "bomb", PngFile.Picture(PngFile.Grey, 1, 1, new byte[50_000_000]) },
            { "cut", PngFile.Of(header, PngFile.Data(PngFile.Pack(new byte[2])[..4]), end) },
            { "noise", PngFile.Of(header, PngFile.Data([1, 2, 3, 4, 5, 6]), end) },
        };
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void T1_12_A_bad_file_is_told_what_is_wrong(string what, byte[] file)
    {
        Assert.Null(PngReader.Read(file, MaxSide, out var problem));
        Assert.False(string.IsNullOrEmpty(problem), what);
    }

    [Fact]
    public void T1_12_Every_cut_and_random_damage_is_refused_or_read_but_never_thrown()
    {
        var random = new Random(20);
        var pixels = new byte[16 * 16 * 4];
        random.NextBytes(pixels);
        var file = PngWriter.Write(new Picture(16, 16, pixels));
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(PngReader.Read(file.AsSpan(0, length), MaxSide, out _));
        }

        for (var i = 0; i < 5_000; i++)
        {
            var damaged = (byte[])file.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Null(PngReader.Read(damaged, MaxSide, out _));
        }
    }

    [Fact]
    public void T1_12_Damage_below_a_right_checksum_is_never_thrown()
    {
        var random = new Random(21);
        var rows = new byte[17 * 16];
        for (var i = 0; i < 5_000; i++)
        {
            var packed = PngFile.Pack(rows);
            packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
            PngReader.Read(
                PngFile.Of(PngFile.Header(16, 16, PngFile.Grey), PngFile.Data(packed), PngFile.End()),
                MaxSide,
                out _);
        }
    }

    private static Picture Read(byte[] file)
    {
        var picture = PngReader.Read(file, MaxSide, out var problem);
        Assert.Null(problem);
        Assert.NotNull(picture);
        return picture;
    }
}
