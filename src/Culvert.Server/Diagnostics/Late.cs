using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Diagnostics;

/// <summary>A service that is made at its first request and not at the start of the server.</summary>
/// <remarks>
/// For endpoints that a server may not be asked for in hours: with all they need they cost the start time and the idle
/// server megabytes (docs/performance.md). Not for what must watch something from the start on.
/// Safe for concurrent use.
/// </remarks>
/// <typeparam name="T">The service, which is the same for all requests.</typeparam>
/// <param name="services">Where it comes from.</param>
internal sealed class Late<T>(IServiceProvider services)
    where T : class
{
    private T? _made;

    /// <summary>The service; the first to ask has it made.</summary>
    public T Value => _made ??= services.GetRequiredService<T>();

    /// <summary>Hands each request to a method of the service.</summary>
    public RequestDelegate To(Func<T, RequestDelegate> method)
    {
        RequestDelegate? handler = null;
        return context => (handler ??= method(Value))(context);
    }
}
