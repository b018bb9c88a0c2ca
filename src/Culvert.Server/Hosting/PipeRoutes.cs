using Culvert.Server.Pipes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>The paths of <c>--pipe</c>.</summary>
internal static class PipeRoutes
{
    public static void Map(IEndpointRouteBuilder routes, PipeOptions options)
    {
        var pipes = routes.ServiceProvider.GetRequiredService<PipeTransport>();
        foreach (var path in options.Targets.Keys)
        {
            // The settings allow echo: alone, and a path is a literal, without parameters.
            routes.Map(path, pipes.HandleEchoAsync);
        }
    }
}
