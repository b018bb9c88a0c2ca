using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Streams;

/// <summary>A stream as the answer to a request.</summary>
internal sealed class StreamResult(IFrameSource source, StreamOptions options) : IResult
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Append("Vary", "Accept");
        if (StreamForm.Choose(httpContext.Request, options.LinesAsJson) is not { } form)
        {
            await ProblemWriter.WriteAsync(
                httpContext,
                ErrorCode.NotAcceptable,
                "The stream comes as text/event-stream, application/x-ndjson, application/jsonl or application/json; " +
                "?format= is sse, ndjson, jsonl or json.");
            return;
        }

        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            WriteHeaders(response, form);
            return;
        }

        var streams = httpContext.RequestServices.GetRequiredService<OpenStreams>();
        if (await streams.TryRunAsync(httpContext, source, form, options) is { } refusal)
        {
            await ProblemWriter.WriteAsync(httpContext, refusal, null, RetryAfter);
        }
    }

    public static void WriteHeaders(HttpResponse response, StreamForm form)
    {
        response.ContentType = form.ContentType;
        response.Headers.CacheControl = "no-cache, no-store, no-transform";
        response.Headers.XContentTypeOptions = "nosniff";

        // nginx would collect the stream in its buffers otherwise, and hide a slow reader.
        response.Headers["X-Accel-Buffering"] = "no";
    }
}
