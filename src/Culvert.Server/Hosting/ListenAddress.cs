using System.Net;

namespace Culvert.Server.Hosting;

/// <summary>One address to listen on. Immutable.</summary>
/// <param name="Text">As it was configured.</param>
/// <param name="Address">The IP address; null for <c>localhost</c>, which is both loopback addresses.</param>
/// <param name="Port">The port; 0 for any free one.</param>
internal sealed record ListenAddress(string Text, IPAddress? Address, int Port)
{
    public const string Allowed =
        "http://host:port, where host is an IP address, localhost or *, and port is 0 to 65535";

    private const string Scheme = "http://";

    /// <summary>
    /// Other names are refused: resolving them would open an address that somebody else chooses, or every one.
    /// </summary>
    public static bool TryParse(string text, out ListenAddress? address)
    {
        address = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text[Scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(rest[(colon + 1)..], out var port))
        {
            return false;
        }

        var host = rest[..colon];
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // The two loopback addresses could not be given the same free port.
            address = new ListenAddress(text, port == 0 ? IPAddress.Loopback : null, port);
            return true;
        }

        var ip = host is "*" or "+" ? IPAddress.IPv6Any : ParseHost(host);
        address = ip is null ? null : new ListenAddress(text, ip, port);
        return address is not null;
    }

    // An IPv6 address stands in brackets, or its colons would be taken for the port's.
    private static IPAddress? ParseHost(string host)
    {
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        return (isBracketed || !host.Contains(':')) && IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? ip : null;
    }
}
