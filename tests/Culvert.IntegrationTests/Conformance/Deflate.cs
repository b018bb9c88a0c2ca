using System.IO.Compression;

namespace Culvert.IntegrationTests.Conformance;

/// <summary>Messages as permessage-deflate wants them (RFC 7692 §7.2.1), made by the framework's deflate.</summary>
internal static class Deflate
{
    public static byte[] Compress(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            // §7.2.3.6
            return [0];
        }

        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(message);
            deflate.Flush();

            // A flush ends with an empty stored block, 00 00 FF FF, which the sender leaves out.
            return output.ToArray()[..^4];
        }
    }

    public static byte[] Decompress(ReadOnlySpan<byte> payload)
    {
        using var input = new MemoryStream([.. payload, 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff]);
        using var inflate = new DeflateStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        inflate.CopyTo(output);
        return output.ToArray();
    }
}
