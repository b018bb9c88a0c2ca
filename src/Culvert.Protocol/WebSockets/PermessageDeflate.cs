using System.Buffers;
using System.IO.Compression;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The extension permessage-deflate (RFC 7692), without context takeover in either direction: every message is
/// compressed on its own. That costs some ratio and buys two things: a message is compressed once for all its
/// receivers, and an idle connection holds no compressor. Stateless, safe to call concurrently.
/// </summary>
/// <remarks>
/// The runtime's compressor always uses a window of 2^15 bytes. An offer that asks for a smaller
/// <c>server_max_window_bits</c> is therefore declined; <c>client_max_window_bits</c> is a hint that needs no answer
/// (§7.1.2.2), and inflating accepts every window.
/// </remarks>
public static class PermessageDeflate
{
    /// <summary>
    /// How many blocks marked final one message may contain before data still follows. RFC 7692 §7.2.3.4 allows them,
    /// senders use one; each costs a second pass to find where it ends, hence a bound.
    /// </summary>
    private const int MaxFinalBlocks = 8;

    private const int TailBytes = 4;
    private const int ChunkBytes = 4096;

    /// <summary>
    /// Compresses a message's payload (§7.2.1), ready to follow a header with RSV1. The result of incompressible data
    /// is longer than the data; <see cref="WebSocketWriter.WriteDeflatedMessage"/> then sends the data as it is.
    /// </summary>
    /// <param name="payload">The whole message; not kept. An empty one becomes the single byte 0 (§7.2.3.6).</param>
    /// <param name="output">Receives the compressed bytes.</param>
    public static void Deflate(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        var buffer = new PooledBuffer(Array.MaxLength);
        try
        {
            DeflateInto(buffer, payload);
            output.Write(buffer.Written.Span);
        }
        finally
        {
            buffer.Release();
        }
    }

    /// <summary>Restores a message from its compressed payload (§7.2.2), stopping at the limit.</summary>
    /// <param name="compressed">
    /// The payloads of all frames of the message, joined and unmasked; not kept. Nothing at all stands for an empty
    /// message, as zlib takes it.
    /// </param>
    /// <param name="output">
    /// Receives at most <paramref name="maxBytes"/> bytes; what it got is meaningless unless the result is
    /// <see cref="InflateStatus.Done"/>.
    /// </param>
    /// <param name="maxBytes">The largest message allowed, 0 or more bytes.</param>
    public static InflateStatus Inflate(ReadOnlyMemory<byte> compressed, IBufferWriter<byte> output, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        var remaining = maxBytes;
        for (var finalBlocks = 0; !compressed.IsEmpty; finalBlocks++)
        {
            if (finalBlocks > MaxFinalBlocks)
            {
                return InflateStatus.Invalid;
            }

            var source = new CompressedSource(compressed, int.MaxValue);
            var status = InflateRun(source, output, ref remaining);
            if (status != InflateStatus.Done || source.FinalBlockServed)
            {
                return status;
            }

            compressed = compressed[LengthOfRun(compressed)..];
        }

        return InflateStatus.Done;
    }

    /// <summary>Compresses into <paramref name="buffer"/>, without the last four bytes of the flush.</summary>
    internal static void DeflateInto(PooledBuffer buffer, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            buffer.Append([0x00]);
            return;
        }

        int flushed;
        using (var stream = new DeflateStream(new DeflateTarget(buffer), CompressionLevel.Optimal))
        {
            stream.Write(payload);
            stream.Flush();
            flushed = buffer.Count;
        }

        // Disposing added a final block after the flush; the flush itself ends in 00 00 FF FF.
        buffer.Truncate(flushed - TailBytes);
    }

    /// <summary>Inflates up to a final block: that of the payload, or the one the source adds behind it.</summary>
    private static InflateStatus InflateRun(CompressedSource source, IBufferWriter<byte> output, ref int remaining)
    {
        Span<byte> probe = stackalloc byte[1];
        try
        {
            using var stream = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
            while (true)
            {
                var space = remaining == 0 ? probe : output.GetSpan(Math.Min(remaining, ChunkBytes));
                space = space[..Math.Min(space.Length, Math.Max(remaining, 1))];
                var count = stream.Read(space);
                if (count == 0)
                {
                    return source.RanDry ? InflateStatus.Invalid : InflateStatus.Done;
                }

                if (remaining == 0)
                {
                    return InflateStatus.TooBig;
                }

                output.Advance(count);
                remaining -= count;
            }
        }
        catch (InvalidDataException)
        {
            return InflateStatus.Invalid;
        }
    }

    /// <summary>
    /// How many bytes of the payload a run up to its own final block takes. The inflater reads ahead and does not say
    /// where it stopped, so the run, known to be valid and within the limit, is repeated byte by byte.
    /// </summary>
    private static int LengthOfRun(ReadOnlyMemory<byte> compressed)
    {
        var source = new CompressedSource(compressed, maxReadBytes: 1);
        using var stream = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
        Span<byte> discarded = stackalloc byte[512];
        while (stream.Read(discarded) > 0)
        {
        }

        return compressed.Length - source.RemainingPayload;
    }
}
