using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Writes small JSON answers that were put together by hand.</summary>
internal static class Receipts
{
    /// <summary>Answers with the body; it leaves, together with the headers, when the handler ends.</summary>
    public static void Write(HttpContext context, int status, ReadOnlySpan<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        response.BodyWriter.Write(json);
    }
}
