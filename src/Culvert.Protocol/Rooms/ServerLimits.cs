namespace Culvert.Protocol.Rooms;

/// <summary>
/// The limits a server announces in <c>hello</c>, so that a client never has to find them by failing.
/// </summary>
/// <remarks>Immutable, so it may be shared between threads. docs/protocol.md, "Limits".</remarks>
public sealed record ServerLimits
{
    /// <summary>Bytes of one WebSocket message from a client, at most; default 64 KiB.</summary>
    public int MaxFrameBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of the compact <c>data</c> of one message, at most; default 64 KiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Rooms one connection may subscribe to; default 64, the capacity of a cursor of several rooms.</summary>
    public int MaxRooms { get; init; } = CursorSet.MaxRooms;

    /// <summary>Characters of an idempotency key, at most; default 128.</summary>
    public int MaxKeyLength { get; init; } = CommandParser.MaxKeyLength;

    /// <summary>Messages of one batch, at most; default 1000.</summary>
    public int MaxBatch { get; init; } = PublishBody.MaxItems;

    /// <summary>Messages of one page of history, at most; default 500.</summary>
    public int MaxPage { get; init; } = CommandParser.MaxPage;

    /// <summary>Nesting of <c>data</c>, at most; default 16.</summary>
    public int MaxDepth { get; init; } = JsonText.MaxDepth;

    /// <summary>Messages per second a user may publish on average; 0 for no limit. Default 20.</summary>
    public int PublishPerSecond { get; init; } = 20;

    /// <summary>Messages a user may publish at once after a pause; default 100.</summary>
    public int PublishBurst { get; init; } = 100;

    /// <summary>Milliseconds of silence after which the server pings a WebSocket; default 25,000.</summary>
    public int HeartbeatMilliseconds { get; init; } = 25_000;

    /// <summary>Milliseconds of silence after a ping after which a WebSocket ends; default 20,000.</summary>
    public int IdleMilliseconds { get; init; } = 20_000;

    /// <summary>Seconds a long poll (<c>?wait=</c>) may last, at most; default 60.</summary>
    public int MaxWaitSeconds { get; init; } = 60;
}
