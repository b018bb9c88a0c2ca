namespace Culvert.Server.Rooms;

/// <summary>What the store keeps of one room: settings, and the ends of its log.</summary>
/// <remarks>Immutable, so it may be read from any thread. Times are UTC Unix milliseconds.</remarks>
internal sealed record RoomRecord
{
    /// <summary>Assigned by the application; positive.</summary>
    public required long Id { get; init; }

    /// <summary>The name as its creator wrote it; part of every event line and URL. Never changes.</summary>
    public required string Name { get; init; }

    /// <summary>Normalised <see cref="Name"/>: the unique key look-ups use.</summary>
    public required string NameKey { get; init; }

    public required RoomKind Kind { get; init; }

    public string Topic { get; init; } = "";

    /// <summary>
    /// Identity of the log: a short token without '-'. Changes if the log could ever have gone backwards.
    /// </summary>
    public required string Epoch { get; init; }

    public required long CreatorId { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>Offset of the last committed event; 0 when there is none.</summary>
    public long LastOffset { get; init; }

    /// <summary>Number of the last committed message; 0 when there is none.</summary>
    public long LastSeq { get; init; }

    /// <summary>Time of the last committed event; times within a room never decrease.</summary>
    public long LastAt { get; init; }

    /// <summary>The lowest offset that can still be read; 1 for a log that lost nothing.</summary>
    public long FloorOffset { get; init; } = 1;

    /// <summary>The lowest message number that can still be read; 1 for a log that lost nothing.</summary>
    public long FloorSeq { get; init; } = 1;

    /// <summary>Why the floor moved last: a value of the wire field <c>gap.why</c>.</summary>
    public string FloorWhy { get; init; } = "retention";

    /// <summary>Events older than this many milliseconds may be dropped; 0 keeps them for ever.</summary>
    public long RetainMilliseconds { get; init; }

    /// <summary>Only this many newest events are kept; 0 keeps all.</summary>
    public long RetainEvents { get; init; }

    /// <summary>Since when everybody may read and nobody publish; 0 when not archived.</summary>
    public long ArchivedAt { get; init; }

    /// <summary>Since when it does not exist for anybody, to be restored or erased later; 0 when not deleted.</summary>
    public long DeletedAt { get; init; }

    /// <summary>Only moderators may publish.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The room after a change of settings.</summary>
    public RoomRecord With(RoomChange.OfSettings change) => this with
    {
        Kind = change.Kind ?? Kind,
        Topic = change.Topic ?? Topic,
        RetainMilliseconds = change.RetainMilliseconds ?? RetainMilliseconds,
        RetainEvents = change.RetainEvents ?? RetainEvents,
        ArchivedAt = change.ArchivedAt ?? ArchivedAt,
        DeletedAt = change.DeletedAt ?? DeletedAt,
        IsReadOnly = change.ReadOnly ?? IsReadOnly,
    };
}
