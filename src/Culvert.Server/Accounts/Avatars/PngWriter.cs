using System.Buffers.Binary;
using System.IO.Compression;

namespace Culvert.Server.Accounts.Avatars;

/// <summary>Writes a PNG of 8-bit RGBA and nothing else: no text, no profile, no time, no place.</summary>
internal static class PngWriter
{
    public static byte[] Write(Picture picture)
    {
        Span<byte> header = stackalloc byte[PngHeader.Bytes];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8;
        header[9] = 6;

        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        WriteChunk(file, PngFormat.Header, header);
        WriteChunk(file, PngFormat.Data, Pack(picture));
        WriteChunk(file, PngFormat.End, default);
        return file.ToArray();
    }

    /// <summary>Every row by filter 4, which suits photographs and drawings alike.</summary>
    private static byte[] Pack(Picture picture)
    {
        const int Samples = Picture.BytesPerPixel;
        var stride = picture.Width * Samples;
        ReadOnlySpan<byte> above = new byte[stride];
        var filtered = new byte[stride + 1];
        filtered[0] = 4;

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < picture.Height; y++)
            {
                ReadOnlySpan<byte> row = picture.Pixels.AsSpan(y * stride, stride);
                for (var i = 0; i < stride; i++)
                {
                    var left = i < Samples ? (byte)0 : row[i - Samples];
                    var corner = i < Samples ? (byte)0 : above[i - Samples];
                    filtered[i + 1] = (byte)(row[i] - PngFormat.Paeth(left, above[i], corner));
                }

                zlib.Write(filtered);
                above = row;
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, uint type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[PngFormat.ChunkOverhead + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4), type);
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(8 + data.Length), PngFormat.Crc(chunk.AsSpan(4, 4 + data.Length)));
        file.Write(chunk);
    }
}
