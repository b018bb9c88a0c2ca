using System.Buffers;
using System.Globalization;
using System.Net;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Reads how the ends of a pipe are written, such as <c>tcp:HOST:PORT</c>.</summary>
internal static class EndpointParser
{
    /// <summary>Every form, for messages.</summary>
    public const string Forms = "tcp:HOST:PORT, tcp-listen:[HOST:]PORT, unix:PATH, unix-listen:PATH, ws://HOST/PATH, "
        + "wss://HOST/PATH, ws-listen:[HOST:]PORT[/PATH], stdio, exec:COMMAND, echo: or discard:";

    // The kernel's sockaddr_un holds 108 bytes, one of them the NUL at the end.
    private const int MaxSocketPathBytes = 107;

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    /// <summary>Reads one end.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="error">What is wrong, where, and what is allowed; empty on success.</param>
    /// <returns>The end; null when it is wrong.</returns>
    public static Endpoint? Parse(string text, out string error)
    {
        error = "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? text : text[..colon];
        var rest = colon < 0 ? "" : text[(colon + 1)..];
        switch (scheme)
        {
            case "-" or "stdio" or "echo" or "discard":
                return Alone(scheme, rest, out error);
            case "exec":
                return rest.Trim().Length > 0
                    ? new Endpoint { Kind = EndpointKind.Exec, Path = rest.Trim() }
                    : Wrong("exec: the command is missing; write exec:COMMAND", out error);
            case "tcp":
                return Address(EndpointKind.Tcp, scheme, WithoutSlashes(rest), out error);
            case "tcp-listen":
                return Address(EndpointKind.TcpListen, scheme, WithoutSlashes(rest), out error);
            case "unix":
                return SocketFile(EndpointKind.Unix, scheme, rest, out error);
            case "unix-listen":
                return SocketFile(EndpointKind.UnixListen, scheme, rest, out error);
            case "ws" or "wss":
                return Url(text, out error);
            case "ws-listen":
                return ListenPath(scheme, WithoutSlashes(rest), out error);
            default:
                return Wrong($"'{text}' is no end of a pipe; write {Forms}", out error);
        }
    }

    private static Endpoint? Alone(string scheme, string rest, out string error)
    {
        error = "";
        if (rest.Length > 0)
        {
            return Wrong($"{scheme}: nothing may follow, but '{rest}' does", out error);
        }

        return new Endpoint
        {
            Kind = scheme switch
            {
                "echo" => EndpointKind.Echo,
                "discard" => EndpointKind.Discard,
                _ => EndpointKind.Stdio,
            },
        };
    }

    private static Endpoint? Address(EndpointKind kind, string scheme, string text, out string error)
    {
        error = "";
        var listens = kind != EndpointKind.Tcp;
        var form = listens ? $"{scheme}:[HOST:]PORT" : $"{scheme}:HOST:PORT";
        var colon = text.LastIndexOf(':');
        if (text.EndsWith(']') || (colon < 0 && !listens))
        {
            return Wrong($"{scheme}: '{text}' has no port; write {form}", out error);
        }

        // Who does not say where to listen means this machine, not the whole network.
        var host = colon < 0 ? "127.0.0.1" : text[..colon];
        if (!IsPort(text[(colon + 1)..], listens, out var port))
        {
            var least = listens ? "0 (any free one)" : "1";
            return Wrong($"{scheme}: '{text[(colon + 1)..]}' is no port; write {least} to 65535", out error);
        }

        if (host is ['[', .. var address, ']'])
        {
            return IPAddress.TryParse(address, out var ip) && address.Contains(':', StringComparison.Ordinal)
                ? new Endpoint { Kind = kind, Host = ip.ToString(), Port = port }
                : Wrong($"{scheme}: '{address}' is no IPv6 address", out error);
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return Wrong($"{scheme}: write an IPv6 address in brackets: {scheme}:[::1]:{port}", out error);
        }

        if (host.Length is 0 or > 253 || host.AsSpan().ContainsAnyExcept(HostCharacters))
        {
            return Wrong($"{scheme}: '{host}' is no host; write {form}", out error);
        }

        return listens && !IPAddress.TryParse(host, out _) && host != "localhost"
            ? Wrong($"{scheme}: '{host}' is no address of this machine; write an IP address or localhost", out error)
            : new Endpoint { Kind = kind, Host = host, Port = port };
    }

    private static Endpoint? ListenPath(string scheme, string text, out string error)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var path = slash < 0 ? "" : text[slash..];
        if (path.AsSpan().ContainsAny('?', '#') || path.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Wrong($"{scheme}: '{path}' is no path; write ASCII without spaces, ? and #", out error);
        }

        var address = slash < 0 ? text : text[..slash];
        return Address(EndpointKind.WebSocketListen, scheme, address, out error) is { } endpoint
            ? endpoint with { Path = path }
            : null;
    }

    private static Endpoint? SocketFile(EndpointKind kind, string scheme, string rest, out string error)
    {
        error = "";
        var path = WithoutSlashes(rest);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return Wrong($"{scheme}: the path is missing; write {scheme}:PATH", out error);
        }

        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxSocketPathBytes
            ? new Endpoint { Kind = kind, Path = path }
            : Wrong($"{scheme}: the path is longer than {MaxSocketPathBytes} bytes, the most a socket has", out error);
    }

    private static Endpoint? Url(string text, out string error)
    {
        error = "";
        var scheme = text[..text.IndexOf(':', StringComparison.Ordinal)];
        if (!text.StartsWith($"{scheme}://", StringComparison.Ordinal)
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Host.Length == 0)
        {
            return Wrong($"{scheme}: '{Shown(text)}' is no URL; write {scheme}://HOST[:PORT]/PATH", out error);
        }

        if (url.Fragment.Length > 0)
        {
            return Wrong($"{scheme}: a WebSocket URL has no fragment; write %23 for #", out error);
        }

        if (url.Port is < 1 or > 65535)
        {
            return Wrong($"{scheme}: '{url.Port}' is no port; write 1 to 65535", out error);
        }

        var credentials = Uri.UnescapeDataString(url.UserInfo);
        if (credentials.Any(char.IsControl))
        {
            return Wrong($"{scheme}: user and password must not hold control characters", out error);
        }

        return new Endpoint
        {
            Kind = EndpointKind.WebSocket,
            Host = url.IdnHost.Trim('[', ']'),
            Port = url.Port,
            Path = url.PathAndQuery,
            IsSecure = scheme == "wss",
            Credentials = credentials.Length == 0 ? null : credentials,
        };
    }

    private static bool IsPort(string text, bool mayBeZero, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
        && port >= (mayBeZero ? 0 : 1) && port <= 65535;

    private static string WithoutSlashes(string text) =>
        text.StartsWith("//", StringComparison.Ordinal) ? text[2..] : text;

    /// <summary>Without what may be a password.</summary>
    private static string Shown(string text) => text.LastIndexOf('@') is >= 0 and var at ? $"…{text[at..]}" : text;

    private static Endpoint? Wrong(string what, out string error)
    {
        error = what;
        return null;
    }
}
