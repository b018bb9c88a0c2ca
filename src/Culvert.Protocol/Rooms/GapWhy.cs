namespace Culvert.Protocol.Rooms;

/// <summary>The values of <c>why</c> in a <c>gap</c> line.</summary>
public static class GapWhy
{
    /// <summary>The events were dropped by the room's retention.</summary>
    public const string Retention = "retention";

    /// <summary>A moderator cleared the room.</summary>
    public const string Cleared = "cleared";

    /// <summary>The cursor is of another log: of another room, or of one that was restored since.</summary>
    public const string Epoch = "epoch";

    /// <summary>The cursor is beyond the end of the log.</summary>
    public const string Ahead = "ahead";
}
