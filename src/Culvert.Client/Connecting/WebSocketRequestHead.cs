using System.Buffers;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Connecting;

/// <summary>The request that opens a WebSocket (RFC 6455 §4.1). Stateless, safe to call concurrently.</summary>
internal static class WebSocketRequestHead
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The address with the scheme ws or wss.</summary>
    /// <exception cref="ArgumentException">It is no address of a WebSocket.</exception>
    public static Uri Normalize(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var scheme = !address.IsAbsoluteUri ? null : address.Scheme switch
        {
            "ws" or "http" => "ws",
            "wss" or "https" => "wss",
            _ => null,
        };
        if (scheme is null || address.Host.Length == 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException("Not an absolute ws or wss address without a fragment.", nameof(address));
        }

        return scheme == address.Scheme
            ? address
            : new UriBuilder(address) { Scheme = scheme, Port = address.Port }.Uri;
    }

    /// <summary>The whole head, with its blank line.</summary>
    /// <exception cref="ArgumentException">A header cannot be sent.</exception>
    public static string Write(Uri address, ConnectOptions options, ClientHandshake handshake)
    {
        var head = new StringBuilder($"GET {address.PathAndQuery} HTTP/1.1\r\n");
        if (!Has(options, "Host"))
        {
            head.Append("Host: ").Append(HostHeader(address)).Append("\r\n");
        }

        foreach (var (name, value) in handshake.RequestHeaders)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (options.Token is { } token)
        {
            Append(head, "Authorization", $"Bearer {token}");
        }
        else if (address.UserInfo.Length > 0 && !Has(options, "Authorization"))
        {
            head.Append(Basic("Authorization", address));
        }

        foreach (var (name, value) in options.Headers)
        {
            if (handshake.RequestHeaders.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"The header {name} belongs to the handshake.", nameof(options));
            }

            Append(head, name, value);
        }

        return head.Append("\r\n").ToString();
    }

    /// <summary>A line with the user and the password of an address in the Basic scheme (RFC 7617).</summary>
    public static string Basic(string name, Uri address)
    {
        var (user, password) = address.UserInfo.Split(':', 2) is [var first, var second]
            ? (first, second)
            : (address.UserInfo, "");
        var pair = Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(user)}:{Uri.UnescapeDataString(password)}");
        return $"{name}: Basic {Convert.ToBase64String(pair)}\r\n";
    }

    private static string HostHeader(Uri address)
    {
        var host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost}]" : address.IdnHost;
        return address.IsDefaultPort ? host : $"{host}:{address.Port}";
    }

    private static bool Has(ConnectOptions options, string name) =>
        options.Headers.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void Append(StringBuilder head, string name, string value)
    {
        // A line end in either would let a value write headers of its own.
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
        {
            throw new ArgumentException($"The header name '{name}' is no token.", nameof(name));
        }

        if (value.Any(c => (char.IsControl(c) && c != '\t') || c > 0xFF))
        {
            throw new ArgumentException($"The value of the header {name} holds a forbidden character.", nameof(value));
        }

        head.Append(name).Append(": ").Append(value).Append("\r\n");
    }
}
