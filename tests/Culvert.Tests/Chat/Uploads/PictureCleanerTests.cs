using System.Text;
using Culvert.Chat.Uploads;

namespace Culvert.Tests.Chat.Uploads;

public sealed class PictureCleanerTests
{
    private const string Secret = "52.5200N 13.4050E";

    private static readonly byte[] Jfif = [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 2, 2];
    private static readonly byte[] Icc = [.. "ICC_PROFILE\0"u8, 1, 1, 7, 7];
    private static readonly byte[] Frame = Pictures.JpegSegment(0xC2, 8, 0, 4, 0, 4, 1, 1, 0x11, 0);
    private static readonly byte[] Scan =
        [.. Pictures.JpegSegment(0xDA, 1, 1, 0, 0, 63, 0), 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xFF, 0, 5];

    private static readonly byte[] SecretBytes = Encoding.ASCII.GetBytes(Secret);

    [Theory]
    [InlineData(true, 6)]
    [InlineData(false, 8)]
    [InlineData(true, 1)]
    [InlineData(false, 9)]
    public void S_09_A_jpeg_keeps_its_pixels_its_colours_and_which_way_up_it_is(bool isBig, byte orientation)
    {
        byte[] camera =
        [
            0xFF, 0xD8, .. Pictures.JpegSegment(0xE0, [.. Jfif, .. SecretBytes]),
            .. Pictures.JpegSegment(0xE1, Pictures.Exif(isBig, orientation, Secret)),
            .. Pictures.JpegSegment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. SecretBytes]),
            .. Pictures.JpegSegment(0xE2, Icc), .. Pictures.JpegSegment(0xE2, [.. "MPF\0"u8, .. SecretBytes]),
            .. Pictures.JpegSegment(0xED, [.. "Photoshop 3.0\0"u8, .. SecretBytes]),
            .. Pictures.JpegSegment(0xEE, [.. "Adobe"u8, 1, 2]), .. Pictures.JpegSegment(0xFE, SecretBytes), 0xFF,
            .. Frame, .. Scan, .. Pictures.JpegSegment(0xFE, SecretBytes), .. Pictures.JpegSegment(0xC4, 1, 2, 3),
            .. Scan, 0xFF, 0xD9, 0xFF, 0xD8, .. SecretBytes,
        ];
        byte[] place = orientation is 6 or 8
            ?
            [
                0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation,
                0, 0, 0, 0, 0, 0,
            ]
            : [];
        byte[] scan = [.. Scan.AsSpan()[..^4], 0xFF, 0, 5];

        Assert.Equal(
            [
                0xFF, 0xD8, .. Pictures.JpegSegment(0xE0, [.. Jfif.AsSpan()[..^2], 0, 0]), .. place,
                .. Pictures.JpegSegment(0xE2, Icc), .. Pictures.JpegSegment(0xEE, [.. "Adobe"u8, 1, 2]), .. Frame,
                .. scan, .. Pictures.JpegSegment(0xC4, 1, 2, 3), .. scan, 0xFF, 0xD9,
            ],
            Clean("image/jpeg", camera));
    }

    [Fact]
    public void S_09_A_jpeg_that_is_cut_off_among_its_pixels_is_ended()
    {
        byte[] cut = [0xFF, 0xD8, .. Frame, .. Pictures.JpegSegment(0xDA, 1, 1, 0, 0, 63, 0), 1, 2, 3];

        Assert.Equal([.. cut, 0xFF, 0xD9], Clean("image/jpeg", cut));
    }

    [Fact]
    public void S_09_A_png_keeps_what_changes_its_look_only()
    {
        byte[] secrets =
        [
            .. Pictures.PngChunk("tEXt", SecretBytes), .. Pictures.PngChunk("eXIf", SecretBytes),
            .. Pictures.PngChunk("iTXt", SecretBytes), .. Pictures.PngChunk("tIME", SecretBytes),
            .. Pictures.PngChunk("prVt", SecretBytes),
        ];
        byte[] looks =
            [.. Pictures.PngChunk("iCCP", [1]), .. Pictures.PngChunk("acTL", [2]), .. Pictures.PngChunk("fdAT", [3])];

        Assert.Equal(
            Pictures.WholePng(4, 4, before: looks),
            Clean("image/png", Pictures.WholePng(4, 4, before: [.. secrets, .. looks], behind: SecretBytes)));
    }

    [Fact]
    public void S_09_A_webp_keeps_what_changes_its_look_only()
    {
        var camera = Pictures.WebP(
            0x3C,
            ("ICCP", [1, 2, 3]),
            ("VP8L", [4, 5, 6]),
            ("EXIF", SecretBytes),
            ("XMP ", SecretBytes),
            ("SPY ", SecretBytes));

        Assert.Equal(
            Pictures.WebP(0x30, ("ICCP", [1, 2, 3]), ("VP8L", [4, 5, 6])),
            Clean("image/webp", [.. camera, .. SecretBytes]));
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/jpeg")]
    [InlineData("image/webp")]
    public void S_09_Every_cut_and_random_damage_is_refused_or_cleaned_but_never_thrown(string type)
    {
        var whole = Example(type);
        for (var length = 0; length < whole.Length; length++)
        {
            Check(type, whole[..length]);
        }

        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var damaged = whole.ToArray();
            for (var count = random.Next(1, 6); count > 0; count--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) switch
                {
                    0 => 0xFF,
                    1 => (byte)random.Next(256),
                    _ => damaged[random.Next(damaged.Length)],
                };
            }

            Check(type, damaged);
        }
    }

    /// <summary>What was cleaned once is clean: another time takes nothing away.</summary>
    private static void Check(string type, byte[] picture)
    {
        if (Clean(type, picture) is { } clean)
        {
            Assert.InRange(clean.Length, 1, picture.Length + 2);
            Assert.Equal(clean, Clean(type, clean));
        }
    }

    private static byte[]? Clean(string type, byte[] picture)
    {
        using var source = new MemoryStream(picture);
        using var target = new MemoryStream();
        return PictureCleaner.TryCopy(type, source, target) ? target.ToArray() : null;
    }

    private static byte[] Example(string type) => type switch
    {
        "image/png" => Pictures.WholePng(4, 4, before: Pictures.PngChunk("tEXt", SecretBytes)),
        "image/jpeg" =>
        [
            0xFF, 0xD8, .. Pictures.JpegSegment(0xE0, Jfif),
            .. Pictures.JpegSegment(0xE1, Pictures.Exif(true, 6, Secret)), .. Frame, .. Scan, 0xFF, 0xD9,
        ],
        _ => Pictures.WebP(8, ("VP8L", [4, 5, 6]), ("EXIF", SecretBytes)),
    };
}
