namespace Culvert.Protocol.Multiplexing;

/// <summary>What a <see cref="Multiplexer"/> knows of one stream, and alone changes.</summary>
public sealed class MuxStreamState
{
    internal MuxStreamState(uint id, bool isLocal, TimeSpan now)
    {
        Id = id;
        IsLocal = isLocal;
        OpenedAt = now;
        WindowBeganAt = now;
    }

    /// <summary>The id on the wire.</summary>
    public uint Id { get; }

    /// <summary>Whether it was opened here and not by the peer.</summary>
    public bool IsLocal { get; }

    /// <summary>When its SYN was made or came.</summary>
    public TimeSpan OpenedAt { get; }

    /// <summary>Whatever the user of the state machine keeps with the stream.</summary>
    public object? Owner { get; set; }

    /// <summary>Bytes that may be sent now, 0 to 2^32 − 1.</summary>
    public long SendCredit { get; internal set; } = MultiplexerOptions.InitialWindow;

    /// <summary>Bytes that the peer may still send.</summary>
    public long ReceiveCredit { get; internal set; } = MultiplexerOptions.InitialWindow;

    /// <summary>The window that the peer is held to: credit, unread and consumed bytes come to this.</summary>
    public long ReceiveWindow { get; internal set; } = MultiplexerOptions.InitialWindow;

    /// <summary>Bytes received and not yet consumed.</summary>
    public long Unread { get; internal set; }

    /// <summary>Whether both ends know of the stream: the peer accepted it, or it was accepted here.</summary>
    public bool IsAcknowledged { get; internal set; }

    /// <summary>Whether our FIN was sent.</summary>
    public bool FinSent { get; internal set; }

    /// <summary>Whether the peer's FIN has come, and with it all its data.</summary>
    public bool FinReceived { get; internal set; }

    /// <summary>Whether it has left the session: both FINs and all data consumed, or a reset.</summary>
    public bool IsGone { get; internal set; }

    /// <summary>Consumed bytes, and growth, that the peer was not yet told of.</summary>
    internal long Grant { get; set; }

    /// <summary>Whether the grant is large enough to be told.</summary>
    internal bool GrantIsDue { get; set; }

    internal bool SynIsDue { get; set; }

    internal bool AckIsDue { get; set; }

    internal bool RstIsDue { get; set; }

    /// <summary>Whether it stands in the control queue, where no stream stands twice.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>When it had data and no credit; null while it has not.</summary>
    internal TimeSpan? BlockedSince { get; set; }

    /// <summary>When the first byte of the present window was consumed, and how many were since.</summary>
    internal TimeSpan WindowBeganAt { get; set; }

    internal long ConsumedOfWindow { get; set; }

    /// <summary>The SYN or ACK that rides on the next frame, whichever that is.</summary>
    internal MuxFlags TakeOpeningFlags()
    {
        var flags = SynIsDue ? MuxFlags.Syn : AckIsDue ? MuxFlags.Ack : MuxFlags.None;
        SynIsDue = false;
        AckIsDue = false;
        return flags;
    }

    /// <summary>The credit that goes with the next window update.</summary>
    internal uint TakeGrant()
    {
        if (FinReceived)
        {
            return 0;
        }

        var grant = Grant;
        ReceiveCredit += grant;
        Grant = 0;
        GrantIsDue = false;
        return (uint)grant;
    }
}
