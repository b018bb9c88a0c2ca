namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Which end of the connection this is; it decides who masks (RFC 6455 §5.1) and who ends TCP (§7.1.1).
/// </summary>
public enum WebSocketRole : byte
{
    /// <summary>Receives masked frames, sends unmasked ones, ends the transport first.</summary>
    Server,

    /// <summary>Receives unmasked frames, sends masked ones, waits for the server to end the transport.</summary>
    Client,
}
