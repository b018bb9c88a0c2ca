namespace Culvert.Server.Pipes;

/// <summary>How dialling went. Immutable.</summary>
internal sealed record DialResult
{
    /// <summary>The connection, which is the caller's to dispose; null on failure.</summary>
    public Leg? Leg { get; init; }

    /// <summary>The subprotocol that the far end chose; null for none.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>The extensions that the far end agreed to, as it wrote them; null for none.</summary>
    public string? Extensions { get; init; }

    /// <summary>Whether permessage-deflate, which was offered for this connection alone, is in use.</summary>
    public bool Deflate { get; init; }

    /// <summary>What went wrong.</summary>
    public DialFailure Failure { get; init; }

    /// <summary>More about it, for the log; no secrets.</summary>
    public string Why { get; init; } = "";

    /// <summary>With <see cref="DialFailure.Declined"/>: the status.</summary>
    public int Status { get; init; }

    /// <summary>With <see cref="DialFailure.Declined"/>: the headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>With <see cref="DialFailure.Declined"/>: the body, or as much of it as is passed on.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public static DialResult Fail(DialFailure failure, string why) => new() { Failure = failure, Why = why };
}
