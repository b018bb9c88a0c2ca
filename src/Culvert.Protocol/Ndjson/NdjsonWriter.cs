using System.Buffers;

namespace Culvert.Protocol.Ndjson;

/// <summary>Writes newline-delimited JSON. Thread-safe as long as no two calls share an output.</summary>
public static class NdjsonWriter
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>Writes one line and its line break.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="json">Compact JSON.</param>
    /// <exception cref="ArgumentException">The JSON has a line break, which would cut it in two.</exception>
    public static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (json.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
        {
            throw new ArgumentException("A line cannot hold a line break.", nameof(json));
        }

        output.Write(json);
        output.Write("\n"u8);
    }
}
