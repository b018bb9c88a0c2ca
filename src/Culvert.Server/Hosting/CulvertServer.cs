using System.Text;
using Culvert.Server.Accounts;
using Culvert.Server.Front;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>A running server.</summary>
internal sealed class CulvertServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Stores _stores;
    private readonly ILoggerFactory _loggers;
    private bool _isStopped;

    private CulvertServer(WebApplication app, Stores stores, ILoggerFactory loggers, string? notice)
    {
        _app = app;
        _stores = stores;
        _loggers = loggers;
        Notice = notice;
    }

    /// <summary>Where it listens, with the ports it got.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. (_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Where(static address => !address.EndsWith(Http2EndPoint.Instance.ToString(), StringComparison.Ordinal))];

    public IServiceProvider Services => _app.Services;

    /// <summary>What seeding has to say to the person at the console.</summary>
    public string? Notice { get; }

    /// <summary>Opens the store, then the port, then warms up. When the task ends all of it is true.</summary>
    /// <remarks>Whatever goes wrong is thrown, and nothing stays open.</remarks>
    public static async Task<CulvertServer> StartAsync(
        ServerOptions options,
        ServerHooks hooks,
        TextWriter log,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var loggers = new LoggerFactory([new LineLoggerProvider(log, time, options.Verbose)]);
        Stores? stores = null;
        WebApplication? app = null;
        try
        {
            stores = Stores.Open(options, time, loggers);
            app = Build(options, hooks, stores, loggers, time);
            app.Services.GetRequiredService<RoomsNode>().Start();
            var seeded = await app.Services.GetRequiredService<Seeding>().RunAsync(cancellationToken);
            var notice = hooks.SeedAsync is null ? seeded : await hooks.SeedAsync(app.Services, cancellationToken);
            await app.StartAsync(cancellationToken);
            app.Services.GetRequiredService<SessionSweeper>().Start();
            var server = new CulvertServer(app, stores, loggers, notice);
            if (hooks.WarmUpAsync is not null)
            {
                await hooks.WarmUpAsync(app.Services, server.Addresses, cancellationToken);
            }

            return server;
        }
        catch
        {
            await CloseAsync(app, stores, loggers);
            throw;
        }
    }

    /// <summary>Drains and closes, in <see cref="ServerOptions.StopTimeout"/> at most.</summary>
    public Task StopAsync()
    {
        _isStopped = true;
        return _app.Services.GetRequiredService<Shutdown>().RunAsync(
            token => _app.StopAsync(token), () => _stores.DisposeAsync().AsTask());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync();
        }

        await CloseAsync(_app, _stores, _loggers);
    }

    private static async Task CloseAsync(WebApplication? app, Stores? stores, ILoggerFactory loggers)
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        if (stores is not null)
        {
            await stores.DisposeAsync();
        }

        loggers.Dispose();
    }

    // The empty builder: the slim one would also read appsettings.json and ASPNETCORE_* variables, which could open
    // other ports than those configured, and takes longer to start.
    private static WebApplication Build(
        ServerOptions options, ServerHooks hooks, Stores stores, ILoggerFactory loggers, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Culvert" });
        builder.Services.AddSingleton(loggers);
        ServerServices.Add(builder.Services, options, stores, time);
        hooks.AddServices?.Invoke(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        var app = builder.Build();
        ServerPipeline.Build(app, options, hooks);
        FrontServices.Route(app, options);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        var http = options.Http;
        kestrel.AddServerHeader = false;
        // The front counts connections, and limits how long they may be idle. Not infinite: Kestrel 10 adds that to the
        // time, which overflows, and then ends every idle connection within a second.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        kestrel.Limits.MaxRequestHeadersTotalSize = http.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = http.MaxHeaders;
        kestrel.Limits.MaxRequestLineSize = http.MaxRequestLineBytes;

        // Kestrel insists that the line fits into this buffer.
        kestrel.Limits.MaxRequestBufferSize = Math.Max(1 << 20, http.MaxRequestLineBytes);
        kestrel.Limits.MaxRequestBodySize = http.MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = http.HeaderTimeout;
        kestrel.Limits.MinRequestBodyDataRate = http.MinBodyRate == 0
            ? null
            : new MinDataRate(http.MinBodyRate, TimeSpan.FromSeconds(5));

        // RFC 9110 §5.5: bytes outside ASCII are opaque. As UTF-8 they could make Kestrel refuse what the front passed.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;

        // Without TLS there is nothing to choose HTTP/2 by, and Kestrel would warn about it.
        kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.Listen(Http2EndPoint.Instance, static endpoint => endpoint.Protocols = HttpProtocols.Http2);
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        foreach (var text in options.Listen)
        {
            if (!ListenAddress.TryParse(text, out var address) || address is null)
            {
                throw new SettingException($"listen = \"{text}\" is not allowed; use {ListenAddress.Allowed}");
            }

            Listen(kestrel, address);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address)
    {
        if (address.Address is null)
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else
        {
            kestrel.Listen(address.Address, address.Port);
        }
    }
}
