namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The parts of a request that the opening handshake reads (RFC 6455 §4.1, RFC 8441 §4). A header that came in several
/// lines is given as one value joined by ", "; an absent one is null. Names and values as received, nothing trimmed.
/// </summary>
public readonly record struct HandshakeRequest
{
    /// <summary>The request's method: <c>GET</c> over HTTP/1.1, <c>CONNECT</c> over HTTP/2.</summary>
    public required string Method { get; init; }

    /// <summary>The protocol as ASP.NET Core names it, such as <c>HTTP/1.1</c>. Default: HTTP/1.1.</summary>
    public string HttpProtocol { get; init; } = "HTTP/1.1";

    /// <summary>HTTP/2's pseudo-header <c>:protocol</c> of an extended CONNECT; null over HTTP/1.1.</summary>
    public string? ExtendedProtocol { get; init; }

    /// <summary>The header <c>Upgrade</c>.</summary>
    public string? Upgrade { get; init; }

    /// <summary>The header <c>Connection</c>.</summary>
    public string? Connection { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Version</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Key</c>.</summary>
    public string? Key { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Protocol</c>.</summary>
    public string? Subprotocols { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Extensions</c>.</summary>
    public string? Extensions { get; init; }

    /// <summary>Creates an HTTP/1.1 request without headers.</summary>
    public HandshakeRequest()
    {
    }
}
