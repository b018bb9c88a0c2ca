using System.Globalization;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>One end of a pipe as it was written, checked. Which members count depends on the kind. Immutable.</summary>
internal sealed record Endpoint
{
    /// <summary>What it is.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>The host's name or address, an IPv6 address without brackets.</summary>
    public string Host { get; init; } = "";

    /// <summary>The port; 0 takes a free one, for listening ends only.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Of a WebSocket the path with its query, as sent; empty on a listening one that takes any. Otherwise the path of
    /// a socket file, or the command of exec.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>Whether it is TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>User and password joined by a colon, from the URL; null for none. A secret.</summary>
    public string? Credentials { get; init; }

    /// <summary>Whether it waits for others to come.</summary>
    public bool IsListening =>
        Kind is EndpointKind.TcpListen or EndpointKind.UnixListen or EndpointKind.WebSocketListen;

    /// <summary>Host and port as URLs write them.</summary>
    public string Authority => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>The host as the header Host has it: the scheme's own port is left out.</summary>
    public string HostHeader => Port == (IsSecure ? 443 : 80) ? Authority[..Authority.LastIndexOf(':')] : Authority;

    /// <summary>For people and the log: no secrets, so neither credentials nor a query nor a command's words.</summary>
    public string Name => Kind switch
    {
        EndpointKind.Tcp => $"tcp:{Authority}",
        EndpointKind.TcpListen => $"tcp-listen:{Authority}",
        EndpointKind.Unix => $"unix:{Path}",
        EndpointKind.UnixListen => $"unix-listen:{Path}",
        EndpointKind.WebSocket => $"{(IsSecure ? "wss" : "ws")}://{HostHeader}{Path.Split('?')[0]}",
        EndpointKind.WebSocketListen => $"ws-listen:{Authority}{Path}",
        EndpointKind.Exec => $"exec:{Path.Split(' ')[0]}",
        EndpointKind.Stdio => "stdio",
        EndpointKind.Echo => "echo:",
        _ => "discard:",
    };
}
