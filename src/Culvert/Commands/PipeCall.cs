namespace Culvert.Commands;

/// <summary>What the command line asks of <c>culvert pipe</c>, as it was written.</summary>
internal sealed record PipeCall
{
    public required string First { get; init; }

    public required string Second { get; init; }

    /// <summary>How messages stand in bytes, such as raw, line or length.</summary>
    public string Framing { get; init; } = "raw";

    /// <summary>Whether bytes become text messages.</summary>
    public bool Text { get; init; }

    /// <summary>Largest message made of raw bytes; null for the default.</summary>
    public int? ChunkBytes { get; init; }

    /// <summary>Whether large frames go on in several.</summary>
    public bool SplitsLargeFrames { get; init; }

    /// <summary>Whether a client that is lost resets bytes.</summary>
    public bool AbortsOnClientLoss { get; init; }

    /// <summary>Whether the end of bytes is a Close at once.</summary>
    public bool ClosesOnEof { get; init; }

    /// <summary>How many redirects are followed.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>Whether to end after the first connection of an end that listens.</summary>
    public bool Once { get; init; }

    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Headers as <c>Name: value</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public string? Origin { get; init; }

    /// <summary>Origins whose pages may connect.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The proxy, or <c>none</c>; null for what the variables say.</summary>
    public string? Proxy { get; init; }

    /// <summary>A file of authorities to trust in place of the system's.</summary>
    public string? AuthorityFile { get; init; }

    public bool DangerousAcceptAnyCertificate { get; init; }

    /// <summary>How long one direction may outlive the other without anything coming; null for the default.</summary>
    public TimeSpan? Linger { get; init; }

    /// <summary>Whether a Close 1000 ends one direction alone.</summary>
    public bool HalfClose { get; init; }

    /// <summary>Whether to describe what goes by.</summary>
    public bool ShowsFrames { get; init; }
}
