namespace Culvert.Server.Pipes;

/// <summary>What speaks at the far side of a leg.</summary>
internal enum LegKind
{
    /// <summary>We are the WebSocket server: the peer's frames are masked, ours are not.</summary>
    WebSocketServer,

    /// <summary>We are the WebSocket client: our frames are masked, the peer's are not.</summary>
    WebSocketClient,

    /// <summary>A stream of bytes without messages.</summary>
    Bytes,
}
