using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Diagnostics;

/// <summary>Endpoints that are made at their first request and not at the start of the server.</summary>
/// <remarks>
/// For endpoints that a server may not be asked for in hours: with all they need they cost the start time and the idle
/// server megabytes (docs/performance.md). Not for what must watch something from the start on.
/// Without a type argument, which would make the runtime load the endpoint's type after all.
/// </remarks>
internal static class LateEndpoints
{
    /// <summary>Handles requests with what the function finds at the first of them. Safe for concurrent use.</summary>
    public static RequestDelegate Late(
        this IEndpointRouteBuilder routes, Func<IServiceProvider, RequestDelegate> find)
    {
        var services = routes.ServiceProvider;
        RequestDelegate? handler = null;
        return context => (handler ??= find(services))(context);
    }

    /// <summary>The service of this type, which is there.</summary>
    public static T Get<T>(this IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();
}
