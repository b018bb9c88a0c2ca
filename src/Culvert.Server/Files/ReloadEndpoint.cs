using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Files;

/// <summary>
/// <c>GET /.culvert/reload</c>: an event stream (WHATWG HTML §9.2) with an event <c>change</c> for each change, and a
/// comment in quiet times so that a dead peer is noticed.
/// </summary>
internal sealed class ReloadEndpoint
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly byte[] Comment = ": still here\n\n"u8.ToArray();
    private static readonly byte[] Change = "event: change\ndata:\n\n"u8.ToArray();

    private readonly Reloads _reloads;
    private readonly TimeProvider _time;

    public ReloadEndpoint(Reloads reloads, TimeProvider time)
    {
        _reloads = reloads;
        _time = time;
    }

    /// <summary>Runs until the browser goes, the server stops or the site ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stopping">Cancelled when the server begins to stop.</param>
    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        if (!_reloads.TryEnter())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted, stopping, _reloads.Stopping);
            await SendAsync(context.Response, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The one way in which it ends.
        }
        finally
        {
            _reloads.Leave();
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationToken end)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var next = _reloads.Next;
        var message = Comment;
        while (true)
        {
            await response.Body.WriteAsync(message, end);
            await response.Body.FlushAsync(end);
            try
            {
                await next.WaitAsync(Heartbeat, _time, end);
                next = _reloads.Next;
                message = Change;
            }
            catch (TimeoutException)
            {
                message = Comment;
            }
        }
    }
}
