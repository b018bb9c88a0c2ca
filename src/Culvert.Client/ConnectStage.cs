namespace Culvert.Client;

/// <summary>
/// The steps of opening a WebSocket, in their order: where a <see cref="ConnectFailedException"/> arose.
/// </summary>
public enum ConnectStage
{
    /// <summary>The host's name was looked up.</summary>
    Dns,

    /// <summary>A TCP connection was made to one of its addresses.</summary>
    Tcp,

    /// <summary>A proxy was looked up, reached, or asked for a way through.</summary>
    Proxy,

    /// <summary>TLS was agreed on and the certificate checked.</summary>
    Tls,

    /// <summary>The server's answer to the WebSocket handshake was awaited and checked (RFC 6455 §4.1).</summary>
    Http,

    /// <summary>The subprotocol that the server selected was checked.</summary>
    Subprotocol,
}
