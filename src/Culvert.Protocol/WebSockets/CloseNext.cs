namespace Culvert.Protocol.WebSockets;

/// <summary>What to do after the Close, if any, of a <see cref="CloseStep"/> was written.</summary>
public enum CloseNext : byte
{
    /// <summary>Nothing: an earlier step still governs.</summary>
    Nothing,

    /// <summary>
    /// Go on reading until the peer's Close; give up after a limit of the caller's and end the transport.
    /// </summary>
    AwaitPeerClose,

    /// <summary>Flush and end the transport now: the server does so first (RFC 6455 §7.1.1).</summary>
    EndTransport,

    /// <summary>Wait for the server to end the transport; give up after a limit of the caller's and end it.</summary>
    AwaitTransportEnd,
}
