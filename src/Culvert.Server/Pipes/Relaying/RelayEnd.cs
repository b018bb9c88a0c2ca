namespace Culvert.Server.Pipes.Relaying;

/// <summary>How a session ended, for the log and the metrics.</summary>
internal sealed record RelayEnd
{
    /// <summary>Who ended it: the name of a leg, or <c>relay</c>.</summary>
    public required string By { get; init; }

    /// <summary>A word of <see cref="RelayReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>True when the other end did not answer that in time, and was cut off.</summary>
    public bool CloseTimedOut { get; init; }

    /// <summary>What the first leg closed with; 1005 for an empty Close, 1006 for none.</summary>
    public required int FirstCode { get; init; }

    /// <summary>The reason in the first leg's Close.</summary>
    public required string FirstReason { get; init; }

    /// <summary>What the second leg closed with; 1005 for an empty Close, 1006 for none.</summary>
    public required int SecondCode { get; init; }

    /// <summary>The reason in the second leg's Close.</summary>
    public required string SecondReason { get; init; }

    /// <summary>What the first leg was told.</summary>
    public required int ToldFirst { get; init; }

    /// <summary>What the second leg was told.</summary>
    public required int ToldSecond { get; init; }

    /// <summary>Messages from the first to the second.</summary>
    public required long MessagesThere { get; init; }

    /// <summary>Bytes from the first to the second.</summary>
    public required long BytesThere { get; init; }

    /// <summary>Messages from the second to the first.</summary>
    public required long MessagesBack { get; init; }

    /// <summary>Bytes from the second to the first.</summary>
    public required long BytesBack { get; init; }

    /// <summary>From the joining of the legs to the end of both.</summary>
    public required TimeSpan Duration { get; init; }
}
