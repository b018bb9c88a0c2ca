using Culvert.Server.Accounts.Avatars;

namespace Culvert.Tests.Accounts.Avatars;

public sealed class PictureScalerTests
{
    [Theory]
    [InlineData(256, 256, 256, 256)]
    [InlineData(512, 512, 256, 256)]
    [InlineData(512, 100, 256, 50)]
    [InlineData(300, 512, 150, 256)]
    [InlineData(512, 1, 256, 1)]
    public void T1_12_The_longest_side_fits_and_the_shape_stays(int width, int height, int fitWidth, int fitHeight)
    {
        var fit = PictureScaler.Fit(Of(width, height, 10, 20, 30, 255), 256);

        Assert.Equal((fitWidth, fitHeight), (fit.Width, fit.Height));
        Assert.Equal([10, 20, 30, 255], fit.Pixels[..4]);
        Assert.Equal(fit.Pixels[..4], fit.Pixels[^4..]);
    }

    [Fact]
    public void T1_12_A_pixel_is_the_mean_of_what_it_covers()
    {
        var picture = new Picture(3, 1, [0, 0, 0, 255, 90, 90, 90, 255, 240, 240, 240, 255]);

        // Each of the two covers one and a half.
        var fit = PictureScaler.Fit(picture, 2);

        Assert.Equal([30, 30, 30, 255, 190, 190, 190, 255], fit.Pixels);
    }

    [Fact]
    public void T1_12_What_is_transparent_has_no_colour()
    {
        var picture = new Picture(2, 1, [200, 100, 50, 255, 0, 0, 0, 0]);

        Assert.Equal([200, 100, 50, 128], PictureScaler.Fit(picture, 1).Pixels);
    }

    private static Picture Of(int width, int height, params byte[] pixel) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(_ => pixel)]);
}
