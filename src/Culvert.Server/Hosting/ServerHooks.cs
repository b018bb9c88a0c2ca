using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>Where the application on top of the server comes in.</summary>
public sealed record ServerHooks
{
    /// <summary>Reads the options of the application, before any service is made.</summary>
    internal Action<SettingReader>? ReadSettings { get; init; }

    /// <summary>Adds services. Drain steps and ready checks are found among them.</summary>
    public Action<IServiceCollection>? AddServices { get; init; }

    /// <summary>
    /// Adds middleware around the endpoints and around what finds out who the caller is: known when that has been.
    /// </summary>
    public Action<IApplicationBuilder>? UseMiddleware { get; init; }

    /// <summary>Adds endpoints.</summary>
    public Action<IEndpointRouteBuilder>? MapEndpoints { get; init; }

    /// <summary>
    /// Makes what has to be there at every start. The store is open, the port is not. Its result, if any, is printed
    /// on standard error.
    /// </summary>
    public Func<IServiceProvider, CancellationToken, Task<string?>>? SeedAsync { get; init; }

    /// <summary>Runs the main path once, so that the first user does not wait for it. The port is open.</summary>
    public Func<IServiceProvider, IReadOnlyList<string>, CancellationToken, Task>? WarmUpAsync { get; init; }

    /// <summary>The next thing to type, given the first address; printed on standard error.</summary>
    public Func<string, string>? Hint { get; init; }
}
