using System.Net;
using Culvert.Server.Accounts;
using Culvert.Server.Transports;
using Culvert.Server.Tunnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>What happens to a request, in order: the one list of middleware and endpoints.</summary>
internal static class ServerPipeline
{
    public static void Build(WebApplication app, ServerOptions options, ServerHooks hooks)
    {
        app.UseMiddleware<Refusals>();
        if (options.Http.TrustedProxies.Count > 0)
        {
            UseTrustedProxies(app, options.Http);
        }

        app.UseRouting();
        FrontServices.Map(app, hasApi: true);
        hooks.UseMiddleware?.Invoke(app);
        app.UseMiddleware<Authentication>();

        var health = app.Services.GetRequiredService<HealthEndpoints>();
        app.MapGet("/healthz", HealthEndpoints.HealthAsync);
        app.MapGet("/readyz", health.ReadyAsync);
        app.MapGet("/metrics", app.Services.GetRequiredService<MetricsEndpoint>().HandleAsync);
        app.MapAccounts();
        app.MapRoomApi();
        app.MapEvents();
        PipeRoutes.Map(app, options.Pipes);
        app.MapTunnels();
        hooks.MapEndpoints?.Invoke(app);
    }

    private static void UseTrustedProxies(WebApplication app, HttpOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,

            // As many as there are trusted proxies in a row; the first other address is the client.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var text in options.TrustedProxies)
        {
            if (IPAddress.TryParse(text, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(text));
            }
        }

        app.UseForwardedHeaders(forwarded);
    }
}
