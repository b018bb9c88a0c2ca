namespace Culvert.Protocol.Rooms;

/// <summary>A room as lists and <c>GET /v1/rooms/{room}</c> show it. Immutable.</summary>
public sealed record RoomInfo
{
    /// <summary>The name as its creator wrote it.</summary>
    public required string Name { get; init; }

    /// <summary><c>public</c>, <c>private</c> or <c>direct</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The topic; may be empty.</summary>
    public required string Topic { get; init; }

    /// <summary>Identity of the log.</summary>
    public required string Epoch { get; init; }

    /// <summary>The cursor of the last event.</summary>
    public required string Cursor { get; init; }

    /// <summary>The lowest offset that can be read.</summary>
    public required long Floor { get; init; }

    /// <summary>The last offset; 0 when the log is empty.</summary>
    public required long Offset { get; init; }

    /// <summary>The last message number; 0 when there is none.</summary>
    public required long Seq { get; init; }

    /// <summary>The asking user's read cursor: unread is <c>Seq - Read</c>.</summary>
    public long Read { get; init; }

    /// <summary>True when the asking user is a member.</summary>
    public bool Joined { get; init; }

    /// <summary>The asking user's role: <c>member</c>, <c>moderator</c> or <c>owner</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Events older than this many milliseconds may be dropped; 0 keeps them.</summary>
    public long RetainMs { get; init; }

    /// <summary>This many newest events are kept; 0 keeps all.</summary>
    public long RetainEvents { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Time of the last event, or of the creation where there is none; UTC Unix milliseconds.</summary>
    public long LastAt { get; init; }

    /// <summary>True when nobody may publish any more.</summary>
    public bool Archived { get; init; }

    /// <summary>True when only moderators may publish.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Until when the asking user may not publish, UTC Unix milliseconds; 2^53 - 1 for without end, null when the user
    /// is not muted.
    /// </summary>
    public long? MutedUntil { get; init; }

    /// <summary>Of a deleted room: until when it can be restored, UTC Unix milliseconds; null for any other.</summary>
    public long? RestorableUntil { get; init; }

    /// <summary>Names of the people of a direct room, by age of the account; null for any other kind.</summary>
    public IReadOnlyList<string>? People { get; init; }
}
