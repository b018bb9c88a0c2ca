using System.Buffers;
using System.Text.Json;

namespace Culvert.Client.Messages;

/// <summary>Writes the objects of JSON-RPC 2.0. Stateless, safe to call concurrently.</summary>
internal static class JsonRpcWriter
{
    /// <summary>As the Language Server Protocol names it, and StreamJsonRpc after it.</summary>
    public const string CancelMethod = "$/cancelRequest";

    /// <summary>A request, or without an id a notification.</summary>
    public static ReadOnlyMemory<byte> Request(long? id, string method, ReadOnlySpan<byte> parameters)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        if (id is { } number)
        {
            json.WriteNumber("id", number);
        }

        json.WriteString("method", method);
        if (!parameters.SequenceEqual("null"u8))
        {
            json.WritePropertyName("params");
            json.WriteRawValue(parameters);
        }

        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Cancel(long id)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteEndObject();
        json.Flush();
        return Request(null, CancelMethod, bytes.WrittenSpan);
    }

    public static byte[] Success(JsonElement id, ReadOnlySpan<byte> result)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = Begin(bytes, id);
        json.WritePropertyName("result");
        json.WriteRawValue(result);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>An error; the id is undefined where the request showed none.</summary>
    public static byte[] Error(JsonElement id, int code, string message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = Begin(bytes, id);
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    public static byte[] Batch(IEnumerable<byte[]> answers)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartArray();
        foreach (var answer in answers)
        {
            json.WriteRawValue(answer);
        }

        json.WriteEndArray();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static Utf8JsonWriter Begin(ArrayBufferWriter<byte> bytes, JsonElement id)
    {
        var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        if (id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            id.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        return json;
    }
}
