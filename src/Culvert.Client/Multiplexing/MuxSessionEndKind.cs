namespace Culvert.Client.Multiplexing;

/// <summary>How a session ended.</summary>
internal enum MuxSessionEndKind
{
    /// <summary>Here, in order.</summary>
    Closed,

    /// <summary>By the peer, in order.</summary>
    PeerClosed,

    /// <summary>By the peer, who says that we broke the protocol or that it cannot go on.</summary>
    PeerFailed,

    /// <summary>Here, because the peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>The carrier broke, fell silent, or ended with streams still open.</summary>
    CarrierLost,

    /// <summary>Here, by a mistake of ours.</summary>
    Faulted,
}
