namespace Culvert.Server.Accounts.Avatars;

/// <summary>A decoded picture.</summary>
/// <param name="Width">Pixels of a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Pixels">Red, green, blue, alpha (not premultiplied) of each pixel, row by row from the top.</param>
internal sealed record Picture(int Width, int Height, byte[] Pixels)
{
    public const int BytesPerPixel = 4;
}
