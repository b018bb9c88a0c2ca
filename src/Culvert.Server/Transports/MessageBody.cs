using System.Buffers;
using System.Text.Unicode;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Transports;

/// <summary>Reads the message that a request carries: JSON or a plain text.</summary>
internal static class MessageBody
{
    private const int MaxBatchBytes = 1024 * 1024;

    /// <summary>Members, keys and white space around data of the largest size.</summary>
    private const int EnvelopeBytes = 4096;

    /// <summary>By the media type; UTF-8 is the only charset.</summary>
    public static BodyType TypeOf(string? contentType)
    {
        if (contentType == "application/json")
        {
            return BodyType.Json;
        }

        var text = contentType.AsSpan();
        var end = text.IndexOf(';');
        var media = (end < 0 ? text : text[..end]).Trim();
        var type = media.Equals("application/json", StringComparison.OrdinalIgnoreCase) ? BodyType.Json
            : media.Equals("text/plain", StringComparison.OrdinalIgnoreCase) ? BodyType.Text
            : BodyType.Other;
        var parameter = end < 0 ? default : text[(end + 1)..].Trim();
        var isUtf8 = parameter.IsEmpty
            || parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase)
            || parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase);
        return isUtf8 ? type : BodyType.Other;
    }

    /// <summary>What the headers say is wrong already; otherwise null and the idempotency key, if any.</summary>
    public static Refusal? Refuse(BodyType type, HttpRequest request, RoomOptions options, out string? key)
    {
        key = null;
        if (type == BodyType.Other)
        {
            return new Refusal(ErrorCode.UnsupportedType);
        }

        if (request.ContentLength > LimitOf(options))
        {
            return TooLarge(options);
        }

        var keys = request.Headers["Idempotency-Key"];
        if (keys.Count == 0)
        {
            return null;
        }

        key = keys[0];
        return keys.Count == 1 && key is { Length: > 0 and <= CommandParser.MaxKeyLength }
            && !key.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? null
            : new Refusal(
                ErrorCode.BadField,
                $"Idempotency-Key must be 1 to {CommandParser.MaxKeyLength} printable ASCII characters.");
    }

    public static Refusal TooLarge(RoomOptions options) =>
        new(ErrorCode.TooLarge, $"The body may have {LimitOf(options)} bytes.");

    /// <summary>
    /// The whole body, which the caller gives back by advancing the reader; null when it is larger than a batch may be.
    /// </summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReceiveAsync(HttpContext context, RoomOptions options)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The server's limit is for bodies of a few fields; a batch has its own.
            size.MaxRequestBodySize = LimitOf(options);
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > LimitOf(options))
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                return result.Buffer;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads one message; its data are a compact copy.</summary>
    public static Refusal? TryRead(
        ReadOnlySpan<byte> body, BodyType type, string? key, RoomOptions options, out Act? act)
    {
        act = null;
        var data = Lines.Rent();
        PublishItem item = default;
        var refusal = type == BodyType.Text ? TryReadText(body, data) : TryReadJson(body, data, out item);
        if (refusal is not null)
        {
            return refusal;
        }

        if (data.WrittenCount > options.MaxMessageBytes)
        {
            return new Refusal(ErrorCode.TooLarge, $"A message may have {options.MaxMessageBytes} bytes.");
        }

        if (key is not null && item.Key is not null && key != item.Key)
        {
            return new Refusal(ErrorCode.BadField, "Idempotency-Key and the member key differ; send one of them.");
        }

        act = Acts.Message(data.WrittenSpan.ToArray(), key ?? item.Key, item.IfOffset);
        return null;
    }

    private static Refusal? TryReadJson(ReadOnlySpan<byte> body, IBufferWriter<byte> data, out PublishItem item)
    {
        item = default;
        if (PublishBody.Parse(body, out var parsed, out var why) is { } error)
        {
            return new Refusal(error, why);
        }

        if (parsed!.IsBatch)
        {
            return new Refusal(ErrorCode.BadField, "The body must be one object.");
        }

        item = parsed.Items[0];
        JsonText.Compact(body[item.Data], data);
        return null;
    }

    private static Refusal? TryReadText(ReadOnlySpan<byte> body, IBufferWriter<byte> data)
    {
        if (!Utf8.IsValid(body))
        {
            return new Refusal(ErrorCode.BadField, "The text is not valid UTF-8.");
        }

        if (TextMessage.IsBlank(body))
        {
            return new Refusal(ErrorCode.BadField, "The text is empty.");
        }

        TextMessage.Write(data, body);
        return null;
    }

    private static int LimitOf(RoomOptions options) =>
        Math.Max(MaxBatchBytes, options.MaxMessageBytes + EnvelopeBytes);
}
