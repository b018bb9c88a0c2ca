namespace Culvert.Client.Multiplexing;

/// <summary>What a session did since its start, for metrics. A snapshot.</summary>
internal readonly record struct MuxFigures
{
    /// <summary>Streams open now.</summary>
    public int Streams { get; init; }

    /// <summary>Streams opened here.</summary>
    public long Opened { get; init; }

    /// <summary>Streams of the peer that were let in.</summary>
    public long Accepted { get; init; }

    /// <summary>Streams of the peer that were refused.</summary>
    public long Refused { get; init; }

    /// <summary>Streams that ended by a reset of the peer.</summary>
    public long ResetByPeer { get; init; }

    /// <summary>Streams that ended by a reset from here.</summary>
    public long ResetHere { get; init; }

    /// <summary>Bytes given to the carrier, headers included.</summary>
    public long SentBytes { get; init; }

    /// <summary>Bytes that the carrier gave, headers included.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes received and not yet consumed.</summary>
    public long UnreadBytes { get; init; }

    /// <summary>How long streams waited for credit, all together.</summary>
    public TimeSpan BlockedOnWindow { get; init; }

    /// <summary>How long sends waited for the carrier.</summary>
    public TimeSpan BlockedOnCarrier { get; init; }

    /// <summary>The smoothed round trip; null before the first answer.</summary>
    public TimeSpan? RoundTripTime { get; init; }
}
