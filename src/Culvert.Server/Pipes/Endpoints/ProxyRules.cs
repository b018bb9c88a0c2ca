using System.Globalization;
using System.Net;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Which connections go through which HTTP proxy, by the variables that curl reads too. Immutable.</summary>
internal sealed record ProxyRules
{
    /// <summary>The proxy for all; wins over the other two and over <see cref="Exceptions"/>.</summary>
    public Uri? Always { get; init; }

    /// <summary>The proxy of <c>ws</c>: HTTP_PROXY.</summary>
    public Uri? Plain { get; init; }

    /// <summary>The proxy of <c>wss</c>: HTTPS_PROXY.</summary>
    public Uri? Secure { get; init; }

    /// <summary>
    /// NO_PROXY: names with or without a leading dot, which stand for the domains below them too, addresses, each with
    /// or without a port, or <c>*</c>. This machine is always excepted.
    /// </summary>
    public IReadOnlyList<string> Exceptions { get; init; } = [];

    /// <summary>Reads a proxy's address; null when it is none.</summary>
    public static Uri? Parse(string text)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out var proxy)
            && proxy.Scheme == "http" && proxy.Host.Length > 0 && proxy.PathAndQuery == "/"
            ? proxy
            : null;
    }

    /// <summary>The proxy for an end; null for a straight connection.</summary>
    public Uri? For(Endpoint endpoint)
    {
        if (Always is not null)
        {
            return Always;
        }

        // The variables are about HTTP: a plain TCP connection takes a proxy only when it is told to.
        var proxy = endpoint.Kind != EndpointKind.WebSocket ? null : endpoint.IsSecure ? Secure : Plain;
        return proxy is null || IsExcepted(endpoint) ? null : proxy;
    }

    private bool IsExcepted(Endpoint endpoint) =>
        endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(endpoint.Host, out var address) && IPAddress.IsLoopback(address))
        || Exceptions.Any(exception => Covers(exception.Trim(), endpoint));

    private static bool Covers(string exception, Endpoint endpoint)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $":{endpoint.Port}");
        var name = exception.EndsWith(port, StringComparison.Ordinal) ? exception[..^port.Length] : exception;
        name = name.TrimStart('.').Trim('[', ']');
        return name == "*" || (name.Length > 0
            && (endpoint.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || endpoint.Host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase)));
    }
}
