using Culvert.Chat.Uploads;

namespace Culvert.Tests.Chat.Uploads;

public sealed class ImageSizeTests
{
    public static TheoryData<string, string> Kinds => new()
    {
        { "image/png", nameof(Pictures.Png) },
        { "image/gif", nameof(Pictures.Gif) },
        { "image/jpeg", nameof(Pictures.Jpeg) },
        { "image/webp", nameof(Pictures.WebPExtended) },
        { "image/webp", nameof(Pictures.WebPLossless) },
        { "image/webp", nameof(Pictures.WebPLossy) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_header_tells_the_size_and_a_cut_one_does_not(string type, string kind)
    {
        var picture = Make(kind);

        Assert.Equal(type, FileSignature.Of(picture));
        Assert.Equal((1234, 567), ImageSize.Read(type, picture));
        for (var length = 0; length < 10; length++)
        {
            Assert.Null(ImageSize.Read(type, picture.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_header_harms_nobody(string type, string kind)
    {
        var picture = Make(kind);
        var random = new Random(7);
        for (var count = 0; count < 20_000; count++)
        {
            var damaged = picture.AsSpan(0, random.Next(picture.Length + 1)).ToArray();
            for (var hits = random.Next(4); hits > 0 && damaged.Length > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            if (ImageSize.Read(type, damaged) is var (width, height))
            {
                Assert.True(width > 0 && height > 0);
            }
        }
    }

    [Fact]
    public void The_size_of_a_photograph_stands_behind_its_metadata()
    {
        Assert.Equal((4000, 3000), ImageSize.Read("image/jpeg", Pictures.Jpeg(4000, 3000, 60_000, 0xC2)));
    }

    private static byte[] Make(string kind) => kind switch
    {
        nameof(Pictures.Png) => Pictures.Png(1234, 567),
        nameof(Pictures.Gif) => Pictures.Gif(1234, 567),
        nameof(Pictures.Jpeg) => Pictures.Jpeg(1234, 567),
        nameof(Pictures.WebPExtended) => Pictures.WebPExtended(1234, 567),
        nameof(Pictures.WebPLossless) => Pictures.WebPLossless(1234, 567),
        _ => Pictures.WebPLossy(1234, 567),
    };
}
