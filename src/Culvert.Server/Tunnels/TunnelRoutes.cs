using Culvert.Protocol.Multiplexing;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Names;
using Culvert.Server.Tunnels.Streams;
using Culvert.Server.Tunnels.Targets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Tunnels;

/// <summary>The parts of tunnels, and where they are reached.</summary>
internal static class TunnelRoutes
{
    public static void AddTunnels(this IServiceCollection services) => services
        .AddSingleton(static provider => new WindowReserve(
            provider.GetRequiredService<TunnelServerOptions>().WindowBudget))
        .AddSingleton<TunnelMetrics>()
        .AddSingleton(static provider => new TargetRules(
            provider.GetRequiredService<TunnelServerOptions>().Allow))
        .AddSingleton<TargetDialer>()
        .AddSingleton(static provider => new NameTable(
            provider.GetRequiredService<TunnelServerOptions>().MaxNames,
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<NameRights>()
        .AddSingleton<NameRequests>()
        .AddSingleton<NameDialer>()
        .AddSingleton<AgentTable>()
        .AddSingleton<StreamRelays>()
        .AddSingleton<AgentStreams>()
        .AddSingleton<TunnelEndpoint>()
        .AddSingleton<NameEndpoint>()
        .AddSingleton<IDrainStep, DrainTunnels>();

    public static void MapTunnels(this IEndpointRouteBuilder routes)
    {
        // GET over HTTP/1.1, CONNECT over HTTP/2 (RFC 8441); the handshake refuses everything else.
        routes.Map("/v1/tunnel", routes.Late(static s => s.Get<TunnelEndpoint>().HandleAsync));
        routes.Map("/t/{name}", routes.Late(static s => s.Get<NameEndpoint>().HandleAsync)).AcceptsTickets();
    }
}
