namespace Culvert.Server.Accounts.Avatars;

/// <summary>Makes pictures smaller.</summary>
internal static class PictureScaler
{
    /// <summary>The picture with no side longer than <paramref name="maxSide"/>; its shape stays.</summary>
    public static Picture Fit(Picture picture, int maxSide)
    {
        var longest = Math.Max(picture.Width, picture.Height);
        return longest <= maxSide
            ? picture
            : Scale(
                picture,
                Math.Max(1, picture.Width * maxSide / longest),
                Math.Max(1, picture.Height * maxSide / longest));
    }

    /// <summary>Each pixel is the mean of the area it covers, in which what is transparent has no colour.</summary>
    private static Picture Scale(Picture picture, int width, int height)
    {
        var pixels = new byte[width * height * Picture.BytesPerPixel];
        Span<long> sums = stackalloc long[4];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                sums.Clear();
                Add(picture, new Area(x, picture.Width, width), new Area(y, picture.Height, height), sums);
                var pixel = pixels.AsSpan(((y * width) + x) * Picture.BytesPerPixel, Picture.BytesPerPixel);
                for (var i = 0; i < 3 && sums[3] > 0; i++)
                {
                    pixel[i] = (byte)((sums[i] + (sums[3] / 2)) / sums[3]);
                }

                var area = (long)picture.Width * picture.Height;
                pixel[3] = (byte)((sums[3] + (area / 2)) / area);
            }
        }

        return new Picture(width, height, pixels);
    }

    private static void Add(Picture picture, Area across, Area down, Span<long> sums)
    {
        for (var y = down.First; y < down.End; y++)
        {
            for (var x = across.First; x < across.End; x++)
            {
                var at = ((y * picture.Width) + x) * Picture.BytesPerPixel;
                var pixel = picture.Pixels.AsSpan(at, Picture.BytesPerPixel);
                var weight = across.Share(x) * down.Share(y) * pixel[3];
                sums[0] += weight * pixel[0];
                sums[1] += weight * pixel[1];
                sums[2] += weight * pixel[2];
                sums[3] += weight;
            }
        }
    }

    /// <summary>Which of the old pixels of one line a new one covers, and how much of each.</summary>
    private readonly struct Area(int index, int oldLength, int newLength)
    {
        // In shares: an old pixel has as many as there are new ones, so every bound is a whole number.
        private readonly long _from = (long)index * oldLength;
        private readonly long _to = (long)(index + 1) * oldLength;

        public int First => (int)(_from / newLength);

        public int End => (int)((_to + newLength - 1) / newLength);

        public long Share(int old) =>
            Math.Min(_to, (long)(old + 1) * newLength) - Math.Max(_from, (long)old * newLength);
    }
}
