namespace Culvert.Protocol.Multiplexing;

/// <summary>Whether a stream could be opened.</summary>
public enum MuxOpening
{
    /// <summary>It is; its SYN is among the next frames.</summary>
    Opened,

    /// <summary>As many streams are open as may be.</summary>
    TooManyStreams,

    /// <summary>The session is ending.</summary>
    GoneAway,

    /// <summary>All 2^31 ids of this end were used; a new session is needed.</summary>
    IdsExhausted,
}
