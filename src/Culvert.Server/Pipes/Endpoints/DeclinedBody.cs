using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>The body with which a back end declines: read whole, or up to a limit, and passed on.</summary>
internal static class DeclinedBody
{
    /// <summary>More of it than this, in bytes, is not passed on.</summary>
    public const int MaxBytes = 64 * 1024;

    // Chunk sizes and extensions come on top of the content.
    private const int MaxWireBytes = 2 * MaxBytes;

    /// <summary>Reads it by its framing (RFC 9112 §6.3).</summary>
    public static async ValueTask<byte[]> ReadAsync(
        PipeReader input, HttpHead answer, CancellationToken cancellationToken)
    {
        if (answer["Transfer-Encoding"] is { } coding)
        {
            return coding.Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? await ReadAsync(input, MaxWireBytes, isChunked: true, cancellationToken)
                : [];
        }

        var length = answer["Content-Length"] is not { } text ? MaxBytes
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? (int)Math.Min(count, MaxBytes)
            : 0;
        return await ReadAsync(input, length, isChunked: false, cancellationToken);
    }

    private static async ValueTask<byte[]> ReadAsync(
        PipeReader input, int length, bool isChunked, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var read = await input.ReadAsync(cancellationToken);
            var there = read.Buffer.Slice(0, Math.Min(length, read.Buffer.Length));
            if (isChunked && TryDecode(there.ToArray(), read.IsCompleted || there.Length == length) is { } content)
            {
                input.AdvanceTo(read.Buffer.End);
                return content;
            }

            if (!isChunked && (there.Length == length || read.IsCompleted))
            {
                var body = there.ToArray();
                input.AdvanceTo(read.Buffer.End);
                return body;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return [];
    }

    /// <summary>The chunks' content; null when more is to come. Broken framing ends it (RFC 9112 §7.1).</summary>
    private static byte[]? TryDecode(ReadOnlySpan<byte> wire, bool isAll)
    {
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var end = wire.IndexOf("\r\n"u8);
            if (end < 0)
            {
                break;
            }

            if (!Utf8Parser.TryParse(wire[..end], out uint size, out _, 'x') || size == 0)
            {
                isAll = true;
                break;
            }

            wire = wire[(end + 2)..];
            if (wire.Length < size + 2)
            {
                content.Write(wire[..(int)Math.Min(size, (uint)wire.Length)]);
                break;
            }

            content.Write(wire[..(int)size]);
            wire = wire[((int)size + 2)..];
        }

        return isAll ? content.WrittenSpan[..Math.Min(content.WrittenCount, MaxBytes)].ToArray() : null;
    }
}
