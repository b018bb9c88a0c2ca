using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Culvert.Protocol.EventStreams;

/// <summary>Writes an event stream (WHATWG HTML §9.2.5). Thread-safe as long as no two calls share an output.</summary>
public static class EventStreamWriter
{
    /// <summary>Writes one event and the blank line that dispatches it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="id">The new last event id, without CR, LF and NUL; empty to leave the field out.</param>
    /// <param name="eventName">The event type, without CR and LF; empty to leave the field out.</param>
    /// <param name="data">UTF-8; CR, LF and CRLF in it become line breaks of the receiver's data.</param>
    /// <exception cref="ArgumentException">The id or the name has a character that its field cannot hold.</exception>
    public static void WriteEvent(
        IBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (id.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
        {
            throw new ArgumentException("An event id cannot hold CR, LF or NUL.", nameof(id));
        }

        if (eventName.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
        {
            throw new ArgumentException("An event name cannot hold CR or LF.", nameof(eventName));
        }

        if (!id.IsEmpty)
        {
            WriteField(output, "id: "u8, id);
        }

        if (!eventName.IsEmpty)
        {
            WriteField(output, "event: "u8, eventName);
        }

        WriteLines(output, "data: "u8, data);
        output.Write("\n"u8);
    }

    /// <summary>Writes one event; see the overload for UTF-8. Null leaves a field out.</summary>
    /// <inheritdoc cref="WriteEvent(IBufferWriter{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static void WriteEvent(IBufferWriter<byte> output, string? id, string? eventName, ReadOnlySpan<byte> data) =>
        WriteEvent(output, Encoding.UTF8.GetBytes(id ?? ""), Encoding.UTF8.GetBytes(eventName ?? ""), data);

    /// <summary>
    /// Writes a comment, which receivers ignore: a heartbeat. Each line of the text is a comment line.
    /// </summary>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteLines(output, ": "u8, text);
        output.Write("\n"u8);
    }

    /// <summary>Writes how long the receiver waits before it connects again.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="milliseconds">0 or more.</param>
    public static void WriteRetry(IBufferWriter<byte> output, int milliseconds)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        Span<byte> digits = stackalloc byte[16];
        _ = Utf8Formatter.TryFormat(milliseconds, digits, out var count);
        WriteField(output, "retry: "u8, digits[..count]);
        output.Write("\n"u8);
    }

    private static void WriteLines(IBufferWriter<byte> output, ReadOnlySpan<byte> field, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var index = text.IndexOfAny((byte)'\r', (byte)'\n');
            if (index < 0)
            {
                WriteField(output, field, text);
                return;
            }

            WriteField(output, field, text[..index]);
            var isPair = text[index] == '\r' && index + 1 < text.Length && text[index + 1] == '\n';
            text = text[(index + (isPair ? 2 : 1))..];
        }
    }

    private static void WriteField(
        IBufferWriter<byte> output, ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value)
    {
        output.Write(field);
        output.Write(value);
        output.Write("\n"u8);
    }
}
