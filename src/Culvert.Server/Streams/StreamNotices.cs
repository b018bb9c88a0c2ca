using System.Buffers;
using System.Text.Json;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Ndjson;

namespace Culvert.Server.Streams;

/// <summary>What the server itself says in a stream: objects with a <c>type</c>, in events of that name.</summary>
internal static class StreamNotices
{
    /// <summary>How long a browser waits before it comes back, unless told otherwise.</summary>
    private const int RetryMilliseconds = 3000;

    /// <summary>What every event stream begins with; makes the client see that it is open.</summary>
    public static ReadOnlyMemory<byte> EventStreamHead { get; } =
        Write(static output => EventStreamWriter.WriteRetry(output, RetryMilliseconds));

    /// <summary>See <see cref="StreamOptions.Heartbeat"/>.</summary>
    public static ReadOnlyMemory<byte> HeartbeatComment { get; } =
        Write(static output => EventStreamWriter.WriteComment(output, "hb"u8));

    /// <summary>See <see cref="StreamOptions.Heartbeat"/>.</summary>
    public static ReadOnlyMemory<byte> HeartbeatLine { get; } = "{\"type\":\"heartbeat\"}\n"u8.ToArray();

    /// <summary>The server stops; an event stream is told to come back after 1 to 5 s, not all at once.</summary>
    public static ReadOnlyMemory<byte> Shutdown(Framing framing) => Write(output =>
    {
        if (framing == Framing.EventStream)
        {
            EventStreamWriter.WriteRetry(output, Random.Shared.Next(1000, 5001));
        }

        Frame(output, framing, null, "shutdown", "{\"type\":\"end\",\"reason\":\"shutdown\"}"u8);
    });

    /// <summary>Lines that are complete.</summary>
    public static ReadOnlyMemory<byte> FinishedLine { get; } =
        "{\"type\":\"end\",\"reason\":\"finished\"}\n"u8.ToArray();

    /// <summary>A failure that the source wants known.</summary>
    public static ReadOnlyMemory<byte> Error(Framing framing, string reason) =>
        Of(framing, null, "error", json => json.WriteString("reason"u8, reason));

    /// <summary>Items after <paramref name="from"/> up to <paramref name="to"/>, itself included, are gone.</summary>
    public static ReadOnlyMemory<byte> Gap(Framing framing, string from, string to) => Of(framing, to, "gap", json =>
    {
        json.WriteString("from"u8, from);
        json.WriteString("to"u8, to);
    });

    /// <summary>So many items were left out because the client is slow; <paramref name="to"/> was the last.</summary>
    public static ReadOnlyMemory<byte> Dropped(Framing framing, string to, long count) =>
        Of(framing, to, "dropped", json => json.WriteNumber("count"u8, count));

    private static byte[] Of(Framing framing, string? id, string type, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            write(json);
            json.WriteEndObject();
        }

        return Write(output => Frame(output, framing, id, type, body.WrittenSpan));
    }

    private static void Frame(
        ArrayBufferWriter<byte> output, Framing framing, string? id, string name, ReadOnlySpan<byte> json)
    {
        if (framing == Framing.Lines)
        {
            NdjsonWriter.WriteLine(output, json);
        }
        else
        {
            EventStreamWriter.WriteEvent(output, id, name, json);
        }
    }

    private static byte[] Write(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
