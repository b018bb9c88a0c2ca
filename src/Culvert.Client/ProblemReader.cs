using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Culvert.Client;

/// <summary>Makes an exception of an answer that is not a success, whoever wrote it.</summary>
internal static class ProblemReader
{
    // A page of a proxy in between may be any length; a problem of ours is a few hundred bytes.
    private const int MaxBodyBytes = 16 * 1024;

    /// <summary>Reads the answer's body and headers. The caller disposes of the answer.</summary>
    public static async Task<CulvertProblemException> ReadAsync(
        HttpResponseMessage answer, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var headerDelay = RetryAfter(answer.Headers.RetryAfter, time);
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type is "application/problem+json" or "application/json")
        {
            var body = await ReadBodyAsync(answer.Content, cancellationToken).ConfigureAwait(false);
            if (TryParse(body, status, headerDelay) is { } problem)
            {
                return problem;
            }
        }

        return new CulvertProblemException(
            status,
            string.Create(CultureInfo.InvariantCulture, $"http_{status}"),
            Words(answer),
            MayPass(status),
            headerDelay);
    }

    /// <summary>True for the statuses that say "not now" and not "no".</summary>
    public static bool MayPass(int status) => status is 408 or 425 or 429 or 500 or 502 or 503 or 504;

    /// <summary>Reads a body that was received otherwise; null when it is no problem of the catalogue.</summary>
    public static CulvertProblemException? TryParse(ReadOnlyMemory<byte> body, int status, TimeSpan? headerDelay)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "code") is not { } code)
            {
                return null;
            }

            var says = root.TryGetProperty("retry", out var flag) ? flag.ValueKind : JsonValueKind.Undefined;
            var retry = says is JsonValueKind.True || (says is not JsonValueKind.False && MayPass(status));
            // The member counts milliseconds, the header whole seconds: the member is the better one.
            var delay = root.TryGetProperty("after_ms", out var after) && after.TryGetInt64(out var milliseconds)
                ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue))
                : headerDelay;
            var why = Text(root, "why") ?? Text(root, "detail") ?? Text(root, "title") ?? "the server gave no reason";
            return new CulvertProblemException(status, code, why, retry, delay);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A field's value in seconds or as a date (RFC 9110 §10.2.3); null when it is neither.</summary>
    public static TimeSpan? RetryAfter(string? field, TimeProvider time) =>
        RetryConditionHeaderValue.TryParse(field, out var header) ? RetryAfter(header, time) : null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Words(HttpResponseMessage answer)
    {
        var location = answer.Headers.Location;
        return (int)answer.StatusCode is >= 300 and < 400 && location is not null
            ? $"the server is elsewhere: {location}; use that address"
            : $"the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd();
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var delay = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var buffer = new byte[MaxBodyBytes];
                var count = await body
                    .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                return buffer.AsMemory(0, count);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status alone says what matters.
            return ReadOnlyMemory<byte>.Empty;
        }
    }
}
