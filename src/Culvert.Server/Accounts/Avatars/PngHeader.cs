namespace Culvert.Server.Accounts.Avatars;

/// <summary>The first chunk of a PNG, with 8 bits a sample.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Colour">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</param>
internal readonly record struct PngHeader(int Width, int Height, byte Colour)
{
    public const int Bytes = 13;

    public bool HasPalette => Colour == 3;

    /// <summary>Samples, and bytes, of one pixel.</summary>
    public int Samples => Colour switch
    {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };

    /// <summary>Bytes of one row behind its filter byte.</summary>
    public int Stride => Width * Samples;

    /// <summary>Null with the reason when the picture is none that is taken.</summary>
    public static PngHeader? Read(ReadOnlySpan<byte> data, int maxSide, out string problem)
    {
        problem = "The picture's header is damaged.";
        if (data.Length != Bytes)
        {
            return null;
        }

        var (width, height) = (PngFormat.UInt32(data), PngFormat.UInt32(data[4..]));
        if (width == 0 || height == 0 || width > maxSide || height > maxSide)
        {
            problem = $"The picture may have {maxSide} x {maxSide} pixels.";
            return null;
        }

        var (depth, colour) = (data[8], data[9]);
        if (depth != 8 || colour is not (0 or 2 or 3 or 4 or 6) || data[10] != 0 || data[11] != 0 || data[12] != 0)
        {
            problem = "The picture must be a PNG with 8 bits a colour, not interlaced.";
            return null;
        }

        return new PngHeader((int)width, (int)height, colour);
    }
}
