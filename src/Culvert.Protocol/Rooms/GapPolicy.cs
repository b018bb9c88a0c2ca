namespace Culvert.Protocol.Rooms;

/// <summary>What <c>sub</c> wants when its cursor cannot be honoured (docs/protocol.md, "Gaps").</summary>
public enum GapPolicy
{
    /// <summary><c>oldest</c>, the default: a <c>gap</c> line, then everything from the floor on.</summary>
    Oldest,

    /// <summary><c>snapshot</c>: a <c>gap</c> line, then the newest 50 events, then live.</summary>
    Snapshot,

    /// <summary><c>reject</c>: the error <c>gap_rejected</c> and no subscription.</summary>
    Reject,
}
