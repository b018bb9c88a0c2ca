namespace Culvert.Protocol.WebSockets;

/// <summary>What <see cref="WebSocketReader.TryRead"/> found.</summary>
public enum WebSocketEventKind : byte
{
    /// <summary>No event: what <c>default</c> is.</summary>
    None,

    /// <summary>A whole message of valid UTF-8, or a piece of one; a piece may end within a character.</summary>
    Text,

    /// <summary>A whole message of bytes, or a piece of one.</summary>
    Binary,

    /// <summary>A ping; answer with a pong of the same payload (RFC 6455 §5.5.2).</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer's Close; nothing follows it.</summary>
    Close,

    /// <summary>The peer broke a rule; send a Close with the event's code and end the connection.</summary>
    Failure,
}
