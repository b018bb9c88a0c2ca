using Culvert.Chat.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Pages;

/// <summary>Gives refusals without a body, and what went wrong in a page, the look of the chat.</summary>
internal sealed partial class ErrorPages(IServiceProvider services, ILogger<ErrorPages> logger)
{
    // What pages are made of is not needed before one is.
    private readonly Lazy<PageWriter> _pages = new(services.GetRequiredService<PageWriter>);

    /// <summary>Middleware around the endpoints, and around what finds out who the caller is.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsApi(context.Request.Path))
        {
            await next(context);
            return;
        }

        FormGuard.Bound(context);
        try
        {
            await next(context);
        }
        catch (Exception exception)
            when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // The boundary of a page: its reader gets a page as well, and the operator the reason.
            var status = StatusOf(exception);
            if (status >= StatusCodes.Status500InternalServerError)
            {
                Log.PageFailed(logger, context.Request.Method, context.Request.Path, exception);
            }

            context.Response.Clear();
            context.Response.StatusCode = status;
        }

        // In a method of its own, so that what renders pages is loaded with the first of them.
        if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await WriteAsync(context);
        }
    }

    private Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return _pages.Value.WriteAsync<ErrorPage>(context, status, ("Status", status));
    }

    private static bool IsApi(PathString path) =>
        path.StartsWithSegments("/v1") || path.StartsWithSegments("/healthz") || path.StartsWithSegments("/readyz");

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,

        // How Kestrel says that the size of a chunk does not fit into an int.
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        InvalidDataException => StatusCodes.Status400BadRequest,
        StoreException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
