using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Ndjson;

namespace Culvert.Server.Streams;

/// <summary>Turns items into frames, in buffers of its own that it uses again. Not thread-safe.</summary>
internal sealed class ItemFormatter<T> : IDisposable
{
    // One large item must not keep its room for the rest of a long stream.
    private const int MaxKeptBytes = 64 * 1024;

    private readonly JsonTypeInfo<T> _type;
    private readonly Utf8JsonWriter _writer;
    private ArrayBufferWriter<byte> _json = new();
    private ArrayBufferWriter<byte> _frame = new();

    public ItemFormatter(JsonTypeInfo<T> type)
    {
        _type = type;

        // Never indented, whatever the type's options say: a line break would end the line.
        _writer = new Utf8JsonWriter(_json, new JsonWriterOptions
        {
            Encoder = type.Options.Encoder,
            MaxDepth = type.Options.MaxDepth,
        });
    }

    /// <summary>The frame of an item; valid until the next call. Throws what a converter throws.</summary>
    public ReadOnlyMemory<byte> Format(in StreamItem<T> item, Framing framing)
    {
        if (_json.Capacity + _frame.Capacity > MaxKeptBytes)
        {
            (_json, _frame) = (new(), new());
        }

        _frame.ResetWrittenCount();
        var json = ToJson(item.Value);
        if (framing == Framing.Lines)
        {
            NdjsonWriter.WriteLine(_frame, json);
        }
        else
        {
            EventStreamWriter.WriteEvent(_frame, item.Id, item.Event, json);
        }

        return _frame.WrittenMemory;
    }

    /// <summary>The value as compact JSON; valid until the next call. Throws what a converter throws.</summary>
    private ReadOnlySpan<byte> ToJson(T value)
    {
        _json.ResetWrittenCount();
        _writer.Reset(_json);
        JsonSerializer.Serialize(_writer, value, _type);
        _writer.Flush();
        return _json.WrittenSpan;
    }

    public void Dispose() => _writer.Dispose();
}
