using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Builder;
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
    public IReadOnlyList<string> Addresses => HttpHost.AddressesOf(_app);

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
        // The log and the access log have a thread each.
        var lines = TextWriter.Synchronized(log);
        var loggers = new LoggerFactory([new LineLoggerProvider(lines, time, options.Verbose)]);
        Stores? stores = null;
        WebApplication? app = null;
        try
        {
            stores = Stores.Open(options, time, loggers);
            app = Build(options, hooks, stores, loggers, lines, time);
            app.Services.GetRequiredService<RoomsNode>().Start();
            await NodeServices.JoinAsync(app.Services, stores, cancellationToken);
            var seeded = await app.Services.GetRequiredService<Seeding>().RunAsync(cancellationToken);
            var notice = hooks.SeedAsync is null ? seeded : await hooks.SeedAsync(app.Services, cancellationToken);
            await FrontServices.BeginAsync(app, cancellationToken);
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

    private static WebApplication Build(
        ServerOptions options,
        ServerHooks hooks,
        Stores stores,
        ILoggerFactory loggers,
        TextWriter log,
        TimeProvider time)
    {
        var builder = HttpHost.NewBuilder(options.Http, options.Listen);
        builder.Services.AddSingleton(loggers);
        ServerServices.Add(builder.Services, options, stores, log, time);
        hooks.AddServices?.Invoke(builder.Services);
        var app = builder.Build();
        ServerPipeline.Build(app, options, hooks);
        return app;
    }
}
