namespace Culvert.Server.Pipes;

/// <summary>What a client asked a gateway for, as far as the far end gets to see it. Immutable.</summary>
internal sealed record DialRequest
{
    /// <summary>The path as it came, escapes and all.</summary>
    public required string Path { get; init; }

    /// <summary>The query as it came, with its question mark; empty for none.</summary>
    public string Query { get; init; } = "";

    /// <summary>
    /// Headers to send, those of the gateway included; none of the hop's, of the handshake's, and no Host.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Names of such headers that are for the far end alone, and for nobody that it leads to.</summary>
    public IReadOnlyList<string> PrivateHeaders { get; init; } = [];

    /// <summary>Subprotocols in the client's order.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The client's offer of extensions, to be made as it is; null for none.</summary>
    public string? Extensions { get; init; }

    /// <summary>True to offer permessage-deflate for this connection alone, in place of the client's offer.</summary>
    public bool Deflate { get; init; }

    /// <summary>True to read what the far end says besides its status when it declines. Default false.</summary>
    public bool TakesBody { get; init; }
}
