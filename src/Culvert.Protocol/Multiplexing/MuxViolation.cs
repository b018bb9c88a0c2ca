namespace Culvert.Protocol.Multiplexing;

/// <summary>How a peer broke the protocol. Each of them ends the session with <see cref="GoAwayCode"/> 1.</summary>
public enum MuxViolation
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A version other than 0: the peer speaks something else.</summary>
    BadVersion,

    /// <summary>A frame type that version 0 does not have.</summary>
    UnknownType,

    /// <summary>Flags that version 0 does not have, or that contradict each other or the type.</summary>
    BadFlags,

    /// <summary>A frame of a stream with id 0, or a ping or go-away with another.</summary>
    BadStreamId,

    /// <summary>A stream opened with an id that is ours to give.</summary>
    WrongParity,

    /// <summary>A stream opened with the id of one that is open.</summary>
    DuplicateStream,

    /// <summary>A frame for a stream that was never opened, or data for one long gone.</summary>
    UnknownStream,

    /// <summary>Data after the sender's FIN.</summary>
    DataAfterFin,

    /// <summary>More data than there was credit for.</summary>
    CreditOverrun,

    /// <summary>Credit beyond 2^32 − 1 bytes.</summary>
    WindowOverflow,

    /// <summary>So many pings or refused streams that the answers pile up.</summary>
    ControlFlood,
}
