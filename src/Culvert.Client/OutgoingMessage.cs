using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Culvert.Client;

/// <summary>A message to publish. Immutable, so it may be shared and sent again.</summary>
public sealed record OutgoingMessage
{
    private OutgoingMessage(byte[] data) => Data = data;

    /// <summary>The data as UTF-8 JSON; at most 64 KiB and 16 levels deep with the server's defaults.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>
    /// Idempotency key: 1 to 128 printable ASCII characters, unique for this message among those of its sender in the
    /// room. Null, the default, makes one up at each call, so that the retries within a call never publish twice; set
    /// it when your own program may repeat the call, such as after a crash.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// Publish only if this is the offset of the last event then; otherwise <c>offset_mismatch</c>. Null, the default,
    /// for no condition.
    /// </summary>
    public long? IfOffset { get; init; }

    /// <summary>A message with the data <c>{"text":…}</c>, as people in a chat send it.</summary>
    /// <param name="text">The text; a lone surrogate becomes U+FFFD.</param>
    public static OutgoingMessage FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(text.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, ClientJson.Writer))
        {
            writer.WriteStartObject();
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
        }

        return new OutgoingMessage(buffer.WrittenSpan.ToArray());
    }

    /// <summary>A message with JSON that is written already.</summary>
    /// <param name="utf8">One JSON value; copied, so the caller keeps its buffer.</param>
    /// <exception cref="JsonException">It is not exactly one JSON value.</exception>
    public static OutgoingMessage FromJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            // Reading to the end is the check.
        }

        return new OutgoingMessage(utf8.ToArray());
    }

    /// <summary>A message with a value of your own type.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">Its generated metadata, such as <c>MyContext.Default.Step</c>.</param>
    public static OutgoingMessage FromValue<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type));
}
