namespace Culvert.Protocol.WebSockets;

/// <summary>What a server is ready to agree on in the handshake. Immutable; share one instance.</summary>
public sealed record HandshakeOptions
{
    /// <summary>
    /// The subprotocols that the server speaks, compared exactly (RFC 6455 §4.2.2). Default: none, so none is selected
    /// and the connection goes on without, as the RFC allows.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// Whether to accept permessage-deflate. Default: false, because inflating costs more than a small message's bytes.
    /// </summary>
    public bool Deflate { get; init; }
}
