using System.Globalization;
using System.Net;

namespace Culvert.Client.Connecting;

/// <summary>
/// What the environment says about proxies, in the variables that curl reads: the lower-case name wins over the
/// upper-case one. Thread-safe.
/// </summary>
internal sealed class ProxyVariables(Func<string, string?> read)
{
    public static ProxyVariables OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The proxy for an address, as it was written; null for a straight connection.</summary>
    public string? For(Uri address)
    {
        var proxy = Value(address.Scheme == "wss" ? "https_proxy" : "http_proxy") ?? Value("all_proxy");
        return proxy is null || IsExcepted(address) ? null : proxy;
    }

    /// <summary>A proxy's address; null when it is none that this program can use.</summary>
    public static Uri? Parse(string proxy)
    {
        var text = proxy.Contains("://", StringComparison.Ordinal) ? proxy : $"http://{proxy}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.Host.Length > 0
            ? uri
            : null;
    }

    private string? Value(string name) =>
        read(name) is { Length: > 0 } lower ? lower
        : read(name.ToUpperInvariant()) is { Length: > 0 } upper ? upper
        : null;

    private bool IsExcepted(Uri address) =>
        address.IsLoopback
        || (Value("no_proxy") ?? "")
            .Split([',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(entry => Covers(entry, address));

    // "*", "host", ".host", "host:port", an address, or a network such as 10.0.0.0/8; a name covers those below it.
    private static bool Covers(string entry, Uri address)
    {
        if (entry == "*")
        {
            return true;
        }

        var host = address.IdnHost;
        if (IPNetwork.TryParse(entry, out var network))
        {
            return IPAddress.TryParse(host, out var ip) && network.Contains(ip);
        }

        var port = string.Create(CultureInfo.InvariantCulture, $":{address.Port}");
        var name = entry.EndsWith(port, StringComparison.Ordinal) && !IPAddress.TryParse(entry, out _)
            ? entry[..^port.Length]
            : entry;
        name = name.Trim('[', ']').TrimStart('.');
        return name.Length > 0
            && host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            && (host.Length == name.Length || host[^(name.Length + 1)] == '.');
    }
}
