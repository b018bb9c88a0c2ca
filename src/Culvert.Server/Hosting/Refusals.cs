using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>
/// The one place that turns exceptions into answers, and that gives bare refusals of the framework under <c>/v1</c> the
/// form of the API.
/// </summary>
internal sealed partial class Refusals
{
    private readonly RequestDelegate _next;
    private readonly ILogger<Refusals> _logger;
    private readonly LineLimit _storeLines;

    public Refusals(RequestDelegate next, TimeProvider time, ILogger<Refusals> logger)
    {
        _next = next;
        _logger = logger;
        _storeLines = new LineLimit(time);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await _next(context);
        }
        catch (Exception exception)
        {
            // The boundary of the request: what escapes here would be a bare 500, and nobody would know why.
            await AnswerAsync(context, exception);
            return;
        }

        if (IsApi(context) && IsBare(context.Response))
        {
            await ProblemWriter.WriteAsync(context, CodeOf(context.Response.StatusCode));
        }
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/v1");

    private static bool IsBare(HttpResponse response) =>
        response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null };

    private static ErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ErrorCode.Unauthorized,
        StatusCodes.Status403Forbidden => ErrorCode.Forbidden,
        StatusCodes.Status404NotFound => ErrorCode.NotFound,
        StatusCodes.Status405MethodNotAllowed => ErrorCode.MethodNotAllowed,
        StatusCodes.Status406NotAcceptable => ErrorCode.NotAcceptable,
        StatusCodes.Status413PayloadTooLarge => ErrorCode.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => ErrorCode.UnsupportedType,
        StatusCodes.Status426UpgradeRequired => ErrorCode.UpgradeRequired,
        StatusCodes.Status429TooManyRequests => ErrorCode.RateLimited,
        StatusCodes.Status503ServiceUnavailable => ErrorCode.Overloaded,
        >= 500 => ErrorCode.Internal,
        _ => ErrorCode.BadField,
    };

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            // Its sender has gone, which is no event worth a line, and nobody reads an answer.
            return Task.CompletedTask;
        }

        var (code, why) = Explain(exception);
        if (code == ErrorCode.Internal)
        {
            Log.RequestFailed(_logger, context.Request.Method, context.Request.Path, exception);
        }
        else if (exception is StoreException && _storeLines.Allows(out var held))
        {
            Log.StoreFailed(_logger, context.Request.Method, context.Request.Path, exception.Message, held);
        }

        if (exception is BadHttpRequestException or IOException)
        {
            ProblemWriter.EndConnection(context);
        }

        return ProblemWriter.WriteAsync(context, code, why);
    }

    private static (ErrorCode Code, string? Why) Explain(Exception exception) => exception switch
    {
        StoreException { IsFull: true } => (ErrorCode.StorageFull, null),
        StoreException => (ErrorCode.StorageFailed, null),
        BadHttpRequestException bad => (CodeOf(bad.StatusCode), bad.Message),

        // How Kestrel says that the size of a chunk does not fit into an int.
        IOException { InnerException: OverflowException } bad => (ErrorCode.BadField, bad.Message),
        _ => (ErrorCode.Internal, null),
    };
}
