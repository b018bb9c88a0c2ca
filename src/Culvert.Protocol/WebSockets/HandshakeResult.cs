namespace Culvert.Protocol.WebSockets;

/// <summary>A server's answer to an opening handshake: what to put on the wire. Immutable.</summary>
public sealed record HandshakeResult
{
    /// <summary>101 or, over HTTP/2, 200 for an agreement; 400, 405 or 426 for a refusal.</summary>
    public required int Status { get; init; }

    /// <summary>
    /// Why it was refused, in a short English sentence fit for the response's body; empty when agreed.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>The headers that the answer must carry, in order, and no others of the handshake.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The subprotocol agreed on, or null.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>
    /// Whether permessage-deflate was agreed on; hand it to <see cref="WebSocketReaderOptions.Deflate"/>.
    /// </summary>
    public bool Deflate { get; init; }

    /// <summary>Whether frames follow the answer.</summary>
    public bool IsAccepted => Status is 101 or 200;
}
