using Culvert.Server.Connections;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Gateways;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>The paths of <c>--pipe</c>.</summary>
internal static class PipeRoutes
{
    /// <summary>Maps each path, which is a literal, without parameters.</summary>
    public static void Map(IEndpointRouteBuilder routes, PipeOptions options)
    {
        if (options.Pipes.Count == 0)
        {
            return;
        }

        var pipes = routes.ServiceProvider.GetRequiredService<PipeTransport>();
        var gateway = routes.ServiceProvider.GetRequiredService<Gateway>();
        var time = routes.ServiceProvider.GetRequiredService<TimeProvider>();
        var loops = routes.ServiceProvider.GetRequiredService<SocketLoops>();
        foreach (var (path, route) in options.Pipes)
        {
            if (route.Targets is ["echo:"])
            {
                routes.Map(path, pipes.HandleEchoAsync);
            }
            else
            {
                var joined = new GatewayRoute(path, route, time, loops);
                routes.Map(path, context => gateway.HandleAsync(context, joined));
            }
        }
    }
}
