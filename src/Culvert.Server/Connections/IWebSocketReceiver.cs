using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Connections;

/// <summary>Takes what a WebSocket peer sends.</summary>
internal interface IWebSocketReceiver
{
    /// <summary>
    /// A message, ping or pong. Its payload is valid until the returned task completes; while it runs, nothing more is
    /// read, and the peer's sends slow down. False stops the reading.
    /// </summary>
    ValueTask<bool> ReceiveAsync(WebSocketEvent received);
}
