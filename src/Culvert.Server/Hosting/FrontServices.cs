using Culvert.Protocol.Http;
using Culvert.Server.Connections;
using Culvert.Server.Files;
using Culvert.Server.Front;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>The front and the files behind it.</summary>
internal static class FrontServices
{
    /// <summary>
    /// Lets the threads that wait for sockets go on with what they waited for, instead of waking one of the pool for
    /// it: 9.5 us of CPU time for a cached file instead of 13.5 (21 November 2026). For all sockets of the process, so
    /// nothing that waits for a socket without a hop to the pool may block. Call before the first socket is made.
    /// </summary>
    public static void ServeOnSocketThreads() =>
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

    /// <param name="services">Gets the parts.</param>
    /// <param name="files">What is served.</param>
    /// <param name="http">What is taken from anybody.</param>
    /// <param name="log">Gets the access log; safe for concurrent use.</param>
    public static void Add(IServiceCollection services, SiteOptions files, HttpOptions http, TextWriter log)
    {
        services.AddSingleton(OptionsOf(http));
        services.AddSingleton(files);
        services.AddSingleton(provider => new Site(
            files,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Site>>()));
        if (files.AccessLog)
        {
            services.AddSingleton(provider => new AccessLog(log, provider.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton<FrontAnswers>();
        services.AddSingleton<SocketLoops>();

        // Sockets live in the time of the machine, also where a test moves the time of rooms and accounts.
        services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<FrontServer>(provider, TimeProvider.System));
        services.AddSingleton<IConnectionListenerFactory, FrontListenerFactory>();
    }

    /// <summary>
    /// Gives the files whatever no endpoint has, but for the API. Call behind the routing and before anything that
    /// looks at the caller: the front, which answers most requests for files, does not either.
    /// </summary>
    public static void Map(WebApplication app, bool hasApi)
    {
        var site = app.Services.GetRequiredService<Site>();
        var files = new FileEndpoint(site, app.Services.GetService<AccessLog>());
        app.Use(next => context =>
            context.GetEndpoint() is null && !(hasApi && context.Request.Path.StartsWithSegments("/v1"))
                ? files.HandleAsync(context)
                : next(context));
        if (site.Options is { LiveReload: true, Root: not null })
        {
            var reload = new ReloadEndpoint(site.Reloads, app.Services.GetRequiredService<TimeProvider>());
            app.MapGet(
                ReloadScript.EventsPath,
                (RequestDelegate)(context => reload.HandleAsync(context, app.Lifetime.ApplicationStopping)));
        }
    }

    /// <summary>
    /// Call when all endpoints are there and before the port opens: the rest of the paths is the files'. Runs them in.
    /// </summary>
    public static async Task BeginAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var server = app.Services.GetRequiredService<FrontServer>();
        if (app.Services.GetRequiredService<SiteOptions>().Root is not null)
        {
            var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints);
            server.Answers.Routes = FrontRoutes.Of(endpoints.OfType<RouteEndpoint>());
            await new FrontWarmUp(server).RunAsync(cancellationToken);
        }

        server.Access = app.Services.GetService<AccessLog>();
    }

    private static FrontLimits OptionsOf(HttpOptions http) => new()
    {
        Head = new HttpLimits
        {
            MaxLineBytes = http.MaxRequestLineBytes,
            MaxHeaderBytes = http.MaxHeaderBytes,
            MaxHeaders = http.MaxHeaders,
        },
        MaxConnections = http.MaxConnections,
        MaxConnectionsPerAddress = http.MaxConnectionsPerAddress,
        SendTimeout = http.SendTimeout,
        HeadTimeout = http.HeaderTimeout,
        KeepAlive = http.KeepAlive,
    };
}
