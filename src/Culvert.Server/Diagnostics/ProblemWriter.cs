using System.Globalization;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Diagnostics;

/// <summary>Writes every refusal of the API: problem details (RFC 9457) with a code of the catalogue.</summary>
internal static class ProblemWriter
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers the request; does nothing but end the connection when the answer has begun already.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">The catalogue's entry; gives the status.</param>
    /// <param name="why">What exactly was wrong, if there is more to say than the catalogue does; no secrets.</param>
    /// <param name="after">When to try again: <c>after_ms</c>, and rounded up to seconds <c>Retry-After</c>.</param>
    /// <param name="said">The same as <paramref name="why"/> for pages in other languages; null for nothing.</param>
    public static Task WriteAsync(
        HttpContext context, ErrorCode code, string? why = null, TimeSpan? after = null, Said? said = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        response.StatusCode = code.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (code.Status == StatusCodes.Status401Unauthorized)
        {
            // RFC 9110 §15.5.2: a 401 names a way to get in.
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (code.Status == StatusCodes.Status413PayloadTooLarge)
        {
            EndConnection(context);
        }

        if (after is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = ToBody(code, why, after, said);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>
    /// Says that this answer will be the last one, for a request whose body is not read to its end: Kestrel closes
    /// behind it without a word, and a client that has sent its next request by then cannot repeat it (RFC 9112 §9.6).
    /// </summary>
    public static void EndConnection(HttpContext context)
    {
        if (!context.Response.HasStarted && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>The document by itself, for an answer that is not the HTTP server's.</summary>
    public static byte[] ToBody(ErrorCode code, string? why, TimeSpan? after, Said? said = null) =>
        JsonSerializer.SerializeToUtf8Bytes(ToProblem(code, why, after, said), RoomJson.Default.Problem);

    private static Problem ToProblem(ErrorCode code, string? why, TimeSpan? after, Said? said) => new()
    {
        Title = code.Why,
        Status = code.Status,
        Detail = why,
        Reason = said?.Reason.Key,
        Values = said?.Members,
        Code = code.Code,
        Retry = code.Retry,
        AfterMs = after is { } wait ? (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue) : null,
    };
}
