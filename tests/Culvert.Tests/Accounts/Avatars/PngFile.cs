using System.Buffers.Binary;
using System.IO.Compression;
using Culvert.Server.Accounts.Avatars;

namespace Culvert.Tests.Accounts.Avatars;

/// <summary>Builds PNG files, damaged ones included.</summary>
internal static class PngFile
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Indexed = 3;
    public const int GreyAlpha = 4;
    public const int Rgba = 6;

    public static byte[] Of(params ReadOnlySpan<byte[]> chunks)
    {
        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        foreach (var chunk in chunks)
        {
            file.Write(chunk);
        }

        return file.ToArray();
    }

    /// <summary>A picture of rows that begin with their filter byte.</summary>
    public static byte[] Picture(int colour, int width, int height, byte[] rows, params byte[][] between) =>
        Of([Header(width, height, colour), .. between, Data(Pack(rows)), End()]);

    public static byte[] Header(
        int width, int height, int colour, int depth = 8, int packing = 0, int filter = 0, int interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[10], data[11], data[12]) =
            ((byte)depth, (byte)colour, (byte)packing, (byte)filter, (byte)interlace);
        return Chunk("IHDR", data);
    }

    public static byte[] Data(byte[] packed) => Chunk("IDAT", packed);

    public static byte[] End() => Chunk("IEND", []);

    public static byte[] Pack(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return packed.ToArray();
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        for (var i = 0; i < 4; i++)
        {
            chunk[4 + i] = (byte)type[i];
        }

        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(8 + data.Length), PngFormat.Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
