namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The parts of a server's answer that a client checks (RFC 6455 §4.1). A header in several lines is one value joined
/// by ", "; an absent one is null.
/// </summary>
public readonly record struct HandshakeResponse
{
    /// <summary>The status code.</summary>
    public required int Status { get; init; }

    /// <summary>The header <c>Upgrade</c>.</summary>
    public string? Upgrade { get; init; }

    /// <summary>The header <c>Connection</c>.</summary>
    public string? Connection { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Accept</c>.</summary>
    public string? Accept { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Protocol</c>.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>The header <c>Sec-WebSocket-Extensions</c>.</summary>
    public string? Extensions { get; init; }
}
