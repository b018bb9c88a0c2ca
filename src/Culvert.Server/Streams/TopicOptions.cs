namespace Culvert.Server.Streams;

/// <summary>What a topic keeps, and how far behind a client may fall. Immutable.</summary>
public sealed record TopicOptions
{
    /// <summary>Items kept to resume from, at most; 1 or more. Default 1024.</summary>
    public int KeptItems { get; init; } = 1024;

    /// <summary>How long they are kept. Default 5 minutes.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Their JSON in bytes, at most; the newest item stays whatever its size. Default 16 MiB.</summary>
    public long KeptBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Items that a client which was up to date may fall behind; 1 or more. Default 256.</summary>
    public int MaxBehindItems { get; init; } = 256;

    /// <summary>The same in bytes of JSON; one item is always allowed. Default 256 KiB.</summary>
    public long MaxBehindBytes { get; init; } = 256 * 1024;

    /// <summary>What happens beyond that. Default <see cref="SlowPolicy.Disconnect"/>.</summary>
    public SlowPolicy Slow { get; init; } = SlowPolicy.Disconnect;
}
