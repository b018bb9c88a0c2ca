namespace Culvert.Protocol.WebSockets;

/// <summary>One thing that a peer sent. A value; its payload is borrowed.</summary>
public readonly struct WebSocketEvent
{
    internal WebSocketEvent(WebSocketEventKind kind, ReadOnlyMemory<byte> payload, bool endsMessage = true)
    {
        EndsMessage = endsMessage;
        Kind = kind;
        Payload = payload;
        Reason = "";
    }

    internal WebSocketEvent(WebSocketEventKind kind, int closeCode, string reason)
    {
        Kind = kind;
        CloseCode = closeCode;
        Reason = reason;
    }

    /// <summary>What it is.</summary>
    public WebSocketEventKind Kind { get; }

    /// <summary>
    /// The message, ping or pong, unmasked and inflated; empty for the rest. It lies in the input or in a buffer of the
    /// reader and is valid until the next call of the reader or until the input's owner reuses it, whichever is first.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>
    /// For a message whether the payload is all of it, or its last piece. False for a piece that others follow, which
    /// only a reader with <see cref="WebSocketReaderOptions.MaxPiecedBytes"/> yields.
    /// </summary>
    public bool EndsMessage { get; }

    /// <summary>
    /// For a Close the peer's code, or <see cref="CloseCode.NoStatus"/> when it gave none; for a failure the code to
    /// send: 1002, 1007 or 1009; otherwise 0.
    /// </summary>
    public int CloseCode { get; }

    /// <summary>
    /// For a Close the peer's reason, for a failure a short English one fit to be sent; otherwise empty.
    /// </summary>
    public string Reason { get => field ?? ""; }
}
