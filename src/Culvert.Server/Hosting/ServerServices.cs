using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Diagnostics.Metrics;
using Culvert.Server.Tunnels;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>The parts of the server, as one visible list.</summary>
internal static class ServerServices
{
    public static void Add(
        IServiceCollection services, ServerOptions options, Stores stores, TextWriter log, TimeProvider time)
    {
        services.AddSingleton(time);
        services.AddSingleton(options);
        services.AddSingleton(NodeServices.Limit(options));
        services.AddSingleton(options.Http);
        services.AddSingleton(options.Rooms);
        services.AddSingleton(options.Pipes);
        services.AddSingleton(options.Tunnels);
        services.AddMetrics();
        services.AddRoutingCore();

        services.AddSingleton<CulvertMeter>();
        services.AddSingleton<MetricsBoard>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<Draining>();
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<Shutdown>();

        services.AddSingleton(stores.Database);
        services.AddSingleton(stores.Rooms);
        services.AddSingleton(stores.Audit);
        services.AddSingleton(stores.Accounts);
        services.AddSingleton<IReadyCheck, StoreReadyCheck>();

        services.AddSingleton(OwnerToken.Load(options.Data));
        services.AddAccounts();
        RoomServices.Add(services);
        services.AddTunnels();
        NodeServices.Add(services, options, stores);
        FrontServices.Add(services, options.Files, options.Http, log);
    }
}
