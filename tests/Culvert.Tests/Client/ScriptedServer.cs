using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Client;

/// <summary>A server on a free port that does, request by request, what a test wants, however wrong.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();

    private ScriptedServer(WebApplication app) => _app = app;

    /// <summary>The address, with a slash.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Path, query and chosen headers of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Goes before the script, once.</summary>
    public Func<HttpContext, Task>? First { get; set; }

    /// <summary>What to do when the script has run out; 500 unless set.</summary>
    public Func<HttpContext, Task> Otherwise { get; set; } = static context =>
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    };

    public static async Task<ScriptedServer> StartAsync(params Func<HttpContext, Task>[] script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new ScriptedServer(app);
        foreach (var step in script)
        {
            server._script.Enqueue(step);
        }

        app.Run(server.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new Uri(app.Urls.Single() + "/");
        return server;
    }

    /// <summary>Streams lines of NDJSON and ends properly.</summary>
    public static Func<HttpContext, Task> Lines(params string[] lines) => async context =>
    {
        context.Response.ContentType = "application/x-ndjson";
        await WriteAsync(context, string.Concat(lines.Select(l => l + "\n")));
    };

    /// <summary>Streams lines of NDJSON and ends the connection within the next one.</summary>
    /// <remarks>
    /// Not by aborting: a reset would throw away what the client has not read yet, and no test could say what came.
    /// </remarks>
    public static Func<HttpContext, Task> CutAfter(params string[] lines) => async context =>
    {
        var text = string.Concat(lines.Select(l => l + "\n")) + "{\"ev\":\"msg\",\"ro";
        context.Response.ContentType = "application/x-ndjson";
        context.Response.ContentLength = text.Length + 1000;
        await WriteAsync(context, text);
    };

    /// <summary>Streams lines and then nothing, until the client goes.</summary>
    public static Func<HttpContext, Task> HangAfter(params string[] lines) => async context =>
    {
        await Lines(lines)(context);
        await Gone(context);
    };

    /// <summary>Streams a text of events and ends properly.</summary>
    public static Func<HttpContext, Task> Events(string text) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(context, text);
    };

    /// <summary>Answers with JSON.</summary>
    public static Func<HttpContext, Task> Json(string text) => context =>
    {
        context.Response.ContentType = "application/json";
        return WriteAsync(context, text);
    };

    /// <summary>Answers with an error of the catalogue.</summary>
    public static Func<HttpContext, Task> Problem(int status, string code, bool retry = false, int? afterMs = null) =>
        async context =>
        {
            var after = afterMs is null ? "" : $",\"after_ms\":{afterMs}";
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/problem+json";
            var again = retry ? "true" : "false";
            await WriteAsync(
                context, $$"""{"title":"Title.","status":{{status}},"code":"{{code}}","retry":{{again}}{{after}}}""");
        };

    public static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Completes when the client has gone.</summary>
    public static Task Gone(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var lastId = context.Request.Headers["Last-Event-ID"].ToString();
        Requests.Enqueue($"{context.Request.Method} {target}{(lastId.Length == 0 ? "" : $" id={lastId}")}");
        var step = First ?? (_script.TryDequeue(out var next) ? next : Otherwise);
        First = null;
        try
        {
            await step(context);
        }
        catch (OperationCanceledException)
        {
            // The client left before the step was over, as some tests want it to.
        }
    }
}
