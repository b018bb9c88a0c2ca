namespace Culvert.Protocol.WebSockets;

/// <summary>How far the closing handshake of a connection is (RFC 6455 §7.1).</summary>
public enum CloseState : byte
{
    /// <summary>Messages flow.</summary>
    Open,

    /// <summary>Our Close was sent, the peer's is awaited; nothing else may be sent.</summary>
    CloseSent,

    /// <summary>Both sides are done, or the connection failed; only the transport has to end.</summary>
    Done,
}
