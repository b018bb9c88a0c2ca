namespace Culvert.Server.Storage.Sql;

/// <summary>The ends of one room's log as the writer's transaction sees them.</summary>
internal sealed class RoomTail
{
    public required long RoomId { get; init; }

    public long LastOffset { get; set; }

    public long LastSeq { get; set; }

    public long LastAt { get; set; }

    public long FloorOffset { get; set; }

    public long FloorSeq { get; set; }

    /// <summary>True while the row in the database is older than this.</summary>
    public bool IsChanged { get; set; }
}
