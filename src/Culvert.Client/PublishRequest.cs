using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Culvert.Client;

/// <summary>
/// Makes the requests that publish; each call of <see cref="Make"/> gives the same bytes and the same keys.
/// </summary>
internal sealed class PublishRequest
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly ApiSender _sender;
    private readonly string _path;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly string? _keyHeader;

    private PublishRequest(ApiSender sender, string room, ReadOnlyMemory<byte> body, string? keyHeader)
    {
        _sender = sender;
        _path = $"v1/rooms/{Uri.EscapeDataString(room)}/messages";
        _body = body;
        _keyHeader = keyHeader;
    }

    /// <summary>One message, its key in the header <c>Idempotency-Key</c>.</summary>
    public static PublishRequest Of(ApiSender sender, string room, OutgoingMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(message.Data.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, ClientJson.Writer))
        {
            Write(writer, message, key: null);
        }

        return new PublishRequest(sender, room, buffer.WrittenMemory, message.Key ?? NewKey());
    }

    /// <summary>Several messages that are one commit, each with its key in the body.</summary>
    public static PublishRequest Of(ApiSender sender, string room, IReadOnlyList<OutgoingMessage> messages)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, ClientJson.Writer))
        {
            writer.WriteStartArray();
            string? random = null;
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i];
                Write(writer, message, message.Key ?? $"{random ??= NewKey()}-{i}");
            }

            writer.WriteEndArray();
        }

        return new PublishRequest(sender, room, buffer.WrittenMemory, keyHeader: null);
    }

    /// <summary>The request, new for each attempt.</summary>
    public HttpRequestMessage Make()
    {
        var request = _sender.Request(HttpMethod.Post, _path);
        request.Content = new ReadOnlyMemoryContent(_body);
        request.Content.Headers.ContentType = JsonType;
        if (_keyHeader is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", _keyHeader);
        }

        return request;
    }

    private static void Write(Utf8JsonWriter writer, OutgoingMessage message, string? key)
    {
        writer.WriteStartObject();
        if (key is not null)
        {
            writer.WriteString("key"u8, key);
        }

        if (message.IfOffset is { } offset)
        {
            writer.WriteNumber("ifOffset"u8, offset);
        }

        writer.WritePropertyName("data"u8);
        // Checked when the message was made.
        writer.WriteRawValue(message.Data.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    // 96 bits: no two keys of one sender in one room meet by chance.
    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}
