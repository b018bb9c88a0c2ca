using System.Diagnostics.CodeAnalysis;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Culvert.Server.Streams;

/// <summary>The services and addresses of streams from application code.</summary>
public static class StreamRoutes
{
    private const string Allowed = "GET, HEAD, OPTIONS";

    /// <summary>
    /// Adds what <see cref="StreamResults"/> and <see cref="Pace"/> need, in a web application of any kind and in
    /// Culvert's own server. Uses the <see cref="TimeProvider"/> among the services if there is one.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="limits">Null for the defaults.</param>
    public static IServiceCollection AddCulvertStreams(this IServiceCollection services, StreamLimits? limits = null)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CulvertMeter>();
        services.TryAddSingleton<Draining>();
        services.TryAddSingleton(limits ?? new StreamLimits());
        services.TryAddSingleton<OpenStreams>();
        services.TryAddSingleton<Pace>();
        return services;
    }

    /// <summary>
    /// Maps a stream: the handler answers <c>GET</c> and <c>HEAD</c>, <c>OPTIONS</c> gets 204, everything else 405.
    /// </summary>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The address.</param>
    /// <param name="handler">Returns a stream, or a refusal such as <c>Results.BadRequest()</c>.</param>
    public static IEndpointConventionBuilder MapStream(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Func<HttpContext, IResult> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return routes.Map(pattern, context => AnswerAsync(context, handler));
    }

    private static Task AnswerAsync(HttpContext context, Func<HttpContext, IResult> handler)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            return handler(context).ExecuteAsync(context);
        }

        context.Response.Headers.Allow = Allowed;
        if (!HttpMethods.IsOptions(method))
        {
            return ProblemWriter.WriteAsync(context, ErrorCode.MethodNotAllowed);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
