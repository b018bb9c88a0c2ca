namespace Culvert.Server.Rooms;

/// <summary>What the rooms of a node have to know of its place among the others. Thread-safe.</summary>
internal interface INodeStatus
{
    /// <summary>False while the node may not publish: its lease is over, or it misses what others decide.</summary>
    bool IsOpen { get; }

    /// <summary>True on the one node that trims and erases; two at once do no harm.</summary>
    bool IsLeader { get; }

    /// <summary>This start of this node, as the others know it; 0 before it has its first lease.</summary>
    long Incarnation { get; }
}
