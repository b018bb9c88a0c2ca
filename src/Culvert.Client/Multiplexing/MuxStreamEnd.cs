namespace Culvert.Client.Multiplexing;

/// <summary>How a stream ended.</summary>
internal enum MuxStreamEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>Both ends finished: the one proper end.</summary>
    Finished,

    /// <summary>The peer reset it.</summary>
    ResetByPeer,

    /// <summary>The peer reset it before it accepted it: it takes no more streams, or nobody waits for them.</summary>
    Refused,

    /// <summary>It was aborted here.</summary>
    Aborted,

    /// <summary>The peer did not accept it in time; it was reset here.</summary>
    NotAccepted,

    /// <summary>It was reset here, because it held the most unread bytes when the session's budget was spent.</summary>
    OverBudget,

    /// <summary>The session ended in order, or by an error of either end, before the stream did.</summary>
    SessionClosed,

    /// <summary>The carrier was lost.</summary>
    CarrierLost,
}
