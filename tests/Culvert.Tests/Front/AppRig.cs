using System.Net;
using Culvert.Server.Connections;
using Culvert.Server.Front;
using Culvert.Tests.Connections;
using Culvert.Tests.Files;
using Culvert.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Front;

/// <summary>A front with files and, behind it, Kestrel with an application below <c>/app</c>.</summary>
internal sealed class AppRig : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AppRig()
    {
        Answers = new FrontAnswers(Files.Site);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton(services => new FrontServer(
            new FrontLimits(),
            Answers,
            services.GetRequiredService<IMemoryPoolFactory<byte>>(),
            Time,
            NullLogger<FrontServer>.Instance));
        builder.Services.AddSingleton<IConnectionListenerFactory, FrontListenerFactory>();
        _app = builder.Build();
        _app.MapPost("/app/echo", EchoAsync);
        _app.MapPost("/app/ignore", static context => SayAsync(context, "ignored"));
        _app.MapGet("/app/hello", static context => SayAsync(context, "hello"));
        _app.MapGet("/app/wait", WaitAsync);
        _app.MapGet("/app/raw", RawAsync);
        Answers.Routes = FrontRoutes.Of(
            ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>());
    }

    public TempSite Files { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public FrontAnswers Answers { get; }

    /// <summary>Ends when <c>/app/wait</c> is being handled.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the request for <c>/app/wait</c> is aborted; end it to have the request answered.</summary>
    public TaskCompletionSource<bool> Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<AppRig> StartAsync()
    {
        var rig = new AppRig();
        await rig._app.StartAsync(TestContext.Current.CancellationToken);
        return rig;
    }

    public RawClient Connect() =>
        RawClient.Connect(new IPEndPoint(IPAddress.Loopback, new Uri(_app.Urls.First()).Port));

    public async ValueTask DisposeAsync()
    {
        Aborted.TrySetResult(false);
        using var limit = new CancellationTokenSource(SocketPair.Limit);
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        await Files.DisposeAsync();
    }

    private static Task SayAsync(HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
    }

    private async Task WaitAsync(HttpContext context)
    {
        await using var registration = context.RequestAborted.Register(() => Aborted.TrySetResult(true));
        Waiting.TrySetResult();
        await Aborted.Task;
        await SayAsync(context, "late");
    }

    private static async Task RawAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (context.Request.Query.ContainsKey("refuse"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var isDirect = context.Request.Query.ContainsKey("direct");
        await using var stream = await upgrade.UpgradeAsync();
        if (isDirect && context.Features.Get<DirectConnection>() is { } direct)
        {
            await EchoDirectlyAsync(direct);
            return;
        }

        var block = new byte[1024];
        while (await stream.ReadAsync(block, context.RequestAborted) is > 0 and var count)
        {
            await stream.WriteAsync(block.AsMemory(0, count), context.RequestAborted);
            await stream.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task EchoDirectlyAsync(DirectConnection direct)
    {
        while (true)
        {
            var read = await direct.Input.ReadAsync(CancellationToken.None);
            await direct.Output.SendAsync(read.Buffer.First);
            direct.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
