namespace Culvert.Chat.Uploads;

/// <summary>
/// Copies pictures without what they say besides their pixels: where, when and with what they were taken, by whom,
/// texts, previews, and whatever follows their end.
/// </summary>
/// <remarks>
/// Decodes nothing, so nothing that a picture holds can make it work long: each byte is looked at once, and memory is
/// that of one segment. What it keeps is a list of what changes how the picture looks, and everything else goes.
/// </remarks>
internal static class PictureCleaner
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>
    /// Copies the picture from the beginning of <paramref name="source"/> to <paramref name="target"/>, which is empty;
    /// both can seek and stay open.
    /// </summary>
    /// <param name="type">What <see cref="FileSignature"/> found.</param>
    /// <param name="source">The picture as it came.</param>
    /// <param name="target">Gets the copy; anything, when it is no picture of this type.</param>
    /// <returns>False when it is no whole picture of this type, or of one that is copied here.</returns>
    public static bool TryCopy(string type, Stream source, Stream target)
    {
        source.Position = 0;

        // Not disposed: that would close what they wrap.
        var reader = new BufferedStream(source, BufferBytes);
        var writer = new BufferedStream(target, BufferBytes);
        try
        {
            var isWhole = type switch
            {
                "image/jpeg" => JpegCleaner.TryCopy(reader, writer),
                "image/png" => PngCleaner.TryCopy(reader, writer),
                "image/webp" => WebPCleaner.TryCopy(reader, writer),
                _ => false,
            };
            writer.Flush();
            return isWhole;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>
    /// True for a type that is copied here. GIF is not: cameras write none, and it has no place for places.
    /// </summary>
    public static bool Knows(string type) => type is "image/jpeg" or "image/png" or "image/webp";

    /// <summary>Copies so many bytes.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Copy(Stream source, Stream target, long count)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (count > 0)
        {
            var part = buffer[..(int)Math.Min(count, buffer.Length)];
            source.ReadExactly(part);
            target.Write(part);
            count -= part.Length;
        }
    }

    /// <summary>Leaves out so many bytes.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Skip(Stream source, long count) => Copy(source, Stream.Null, count);
}
