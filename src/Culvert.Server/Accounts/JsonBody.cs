using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Accounts;

/// <summary>Reads and writes the JSON bodies of the API.</summary>
internal static class JsonBody
{
    /// <summary>The most that a body of the API outside of publishing may have.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int FirstBufferBytes = 2048;

    /// <summary>
    /// The body of the request; or null, and the request is answered. Only <c>application/json</c> is taken: what a
    /// foreign page can send without asking first (a form, plain text) is not.
    /// </summary>
    public static async Task<T?> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, int maxBytes = MaxBytes)
        where T : class
    {
        if (!IsJson(context.Request.ContentType))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.UnsupportedType, "Send application/json in UTF-8.");
            return null;
        }

        if (await ReadBytesAsync(context, maxBytes) is not { } buffer)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.TooLarge, $"The body may have {maxBytes} bytes.");
            return null;
        }

        var (value, code, why) = Parse(buffer.WrittenSpan, type);
        if (value is null)
        {
            await ProblemWriter.WriteAsync(context, code, why);
        }

        return value;
    }

    /// <summary>True when the request has a body at all.</summary>
    public static bool IsPresent(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && context.Request.ContentLength != 0;

    /// <summary>The body as it is; null when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async Task<ArrayBufferWriter<byte>?> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        // Kestrel then stops a longer body, one without a length included.
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        var buffer = new ArrayBufferWriter<byte>(FirstBufferBytes);
        return await TryReadAllAsync(context, buffer, maxBytes) ? buffer : null;
    }

    /// <summary>Answers with a value. Answers of the API are nobody else's business, so no cache keeps them.</summary>
    public static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static bool IsJson(string? contentType)
    {
        var text = contentType.AsSpan();
        var end = text.IndexOf(';');
        var media = end < 0 ? text : text[..end];
        if (!media.Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var parameter = end < 0 ? default : text[(end + 1)..].Trim();
        return parameter.IsEmpty
            || parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase)
            || parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<bool> TryReadAllAsync(
        HttpContext context, ArrayBufferWriter<byte> buffer, int maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return false;
        }

        try
        {
            int read;
            do
            {
                read = await context.Request.Body.ReadAsync(buffer.GetMemory(FirstBufferBytes), context.RequestAborted);
                buffer.Advance(read);
            }
            while (read > 0 && buffer.WrittenCount <= maxBytes);
            return buffer.WrittenCount <= maxBytes;
        }
        catch (BadHttpRequestException exception)
            when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return false;
        }
    }

    private static (T? Value, ErrorCode Code, string? Why) Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        switch (JsonText.Check(json))
        {
            case JsonProblem.None:
                break;
            case JsonProblem.TooDeep:
                return (null, ErrorCode.TooDeep, null);
            case JsonProblem.InvalidText:
                return (null, ErrorCode.BadJson, "A text in the body is not valid Unicode.");
            default:
                return (null, ErrorCode.BadJson, null);
        }

        try
        {
            var value = JsonSerializer.Deserialize(json, type);
            return value is null
                ? (null, ErrorCode.BadField, "The body must be an object.")
                : (value, ErrorCode.BadField, null);
        }
        catch (JsonException exception)
        {
            return Explain(json, type, exception);
        }
    }

    /// <summary>The text was JSON, but not of this shape: which member is it?</summary>
    private static (T? Value, ErrorCode Code, string? Why) Explain<T>(
        ReadOnlySpan<byte> json, JsonTypeInfo<T> type, JsonException exception)
        where T : class
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, ErrorCode.BadField, "The body must be an object.");
        }

        foreach (var property in type.Properties)
        {
            if (property.IsRequired && !document.RootElement.TryGetProperty(property.Name, out _))
            {
                return (null, ErrorCode.MissingField, $"The member {property.Name} is missing.");
            }
        }

        // Member names of ours, or the peer's own words back to it: "$.rooms[1]".
        var path = exception.Path is { Length: > 2 } known ? known[2..] : "body";
        return (null, ErrorCode.BadField, $"The member {path} has the wrong type.");
    }
}
