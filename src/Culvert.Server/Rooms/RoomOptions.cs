namespace Culvert.Server.Rooms;

/// <summary>Limits of rooms and their connections. Every value is checked before the port opens.</summary>
public sealed record RoomOptions
{
    /// <summary>Largest message, edit or WebSocket message, bytes of UTF-8. 1,024 to 16,777,216.</summary>
    /// <remarks>
    /// 64 KiB: enough for any chat text or telemetry record, small enough to hold for many peers at once.
    /// </remarks>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Events a loaded room keeps encoded for live readers; a power of two, 16 to 65,536.</summary>
    /// <remarks>A reader that falls further behind reads the store at its own pace.</remarks>
    public int RingEvents { get; init; } = 1024;

    /// <summary>Bytes of event lines a loaded room keeps for live readers. 64 KiB to 64 MiB.</summary>
    public int RingBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes written to one connection before the next one gets its turn. 4 to 256 KiB.</summary>
    /// <remarks>Also what a stalled connection can hold in memory, so it stays well under 64 KB.</remarks>
    public int QuantumBytes { get; init; } = 16 * 1024;

    /// <summary>Bytes of one page that a reader behind the ring gets from the store. 4 to 256 KiB.</summary>
    public int PageBytes { get; init; } = 32 * 1024;

    /// <summary>Pages being read from the store at once, for all connections together. 1 to 64.</summary>
    public int PageReads { get; init; } = 4;

    /// <summary>Rooms one connection may be subscribed to. 1 to 1,024.</summary>
    public int MaxRoomsPerConnection { get; init; } = 64;

    /// <summary>
    /// Publishes of one connection that may be waiting for their commit; reading stops beyond. 1 to 4,096.
    /// </summary>
    public int MaxInFlight { get; init; } = 256;

    /// <summary>Publishes waiting for a commit on the whole server; beyond, publishers get <c>overloaded</c>.</summary>
    public int MaxPendingAppends { get; init; } = 16_384;

    /// <summary>Bytes waiting for a commit on the whole server; beyond, publishers get <c>overloaded</c>.</summary>
    public long MaxPendingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Messages, edits and other changes a user may make per second, on average. 1 to 1,000,000.</summary>
    public int PublishPerSecond { get; init; } = 20;

    /// <summary>Changes a user may make at once before the rate counts. 1 to 1,000,000.</summary>
    public int PublishBurst { get; init; } = 100;

    /// <summary>Time before a user may publish the same text in the same room again. 0 (at once) to 10 min.</summary>
    /// <remarks>5 s: nobody means to say it twice, and a script that floods a room is stopped.</remarks>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Commands a connection may send per second, on average. 1 to 1,000,000.</summary>
    public int CommandsPerSecond { get; init; } = 50;

    /// <summary>Commands a connection may send at once before the rate counts. 1 to 1,000,000.</summary>
    public int CommandsBurst { get; init; } = 250;

    /// <summary>Open streams and sockets one user may have. 1 to 1,000,000.</summary>
    public int MaxConnectionsPerUser { get; init; } = 100;

    /// <summary>Quiet time after which a stream gets a heartbeat event. 1 s to 5 min.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Quiet time after which a WebSocket gets a ping. 1 s to 10 min.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Time a WebSocket peer may stay silent after a ping before it counts as gone. 1 s to 10 min.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time a connection may take nothing of what waits for it before it is closed. 5 s to 1 h.</summary>
    /// <remarks>Long, because a stalled reader costs a bounded few KB and loses nothing.</remarks>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time without subscribers or publishes after which a room leaves memory. 1 s to 1 day.</summary>
    public TimeSpan UnloadAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Rooms that may be loaded at once; beyond, entering another is <c>overloaded</c>.</summary>
    public int MaxLoadedRooms { get; init; } = 100_000;

    /// <summary>Least time between two presence updates of one room. 100 ms to 1 min.</summary>
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Rooms an account may create per day, 0 to 1,000,000. Default 20. A name that a room has which the account may
    /// not know of counts as well: the refusal says that there is such a room.
    /// </summary>
    public int RoomsPerUserPerDay { get; init; } = 20;

    /// <summary>Writer loops; 0 (default) for half of the cores, at least one. 0 to 64.</summary>
    public int WriterLoops { get; init; }

    /// <summary>Reported to publishers as <c>durable</c>; follows the setting <c>durability</c>.</summary>
    internal string Durability { get; init; } = "disk";
}
