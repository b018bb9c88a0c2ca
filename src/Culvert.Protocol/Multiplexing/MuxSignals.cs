namespace Culvert.Protocol.Multiplexing;

/// <summary>What a <see cref="MuxEvent"/> reports; several may come at once, to be taken in this order.</summary>
[Flags]
public enum MuxSignals
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The peer opened the stream. It waits for <see cref="Multiplexer.Accept"/>.</summary>
    Opened = 1,

    /// <summary>The peer accepted a stream opened here.</summary>
    Acknowledged = 2,

    /// <summary>There is credit again on a stream that had data to send and none.</summary>
    Credit = 4,

    /// <summary>The payload belongs to the stream.</summary>
    Data = 8,

    /// <summary>The peer sends no more on the stream.</summary>
    Finished = 16,

    /// <summary>The peer reset or refused the stream.</summary>
    Reset = 32,

    /// <summary>The stream was reset here: of all it had the most unread, and the session's budget is spent.</summary>
    Evicted = 64,

    /// <summary>The peer answered a ping.</summary>
    Pong = 128,

    /// <summary>The peer announced the end of the session: see <see cref="Multiplexer.PeerGoAway"/>.</summary>
    GoAway = 256,

    /// <summary>The peer broke the protocol: see <see cref="Multiplexer.Violation"/>. The last event.</summary>
    Violation = 512,
}
