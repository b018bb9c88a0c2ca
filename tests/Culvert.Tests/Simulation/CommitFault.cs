namespace Culvert.Tests.Simulation;

/// <summary>What becomes of one commit.</summary>
internal enum CommitFault
{
    None,

    /// <summary>Nothing is committed: the disk is full.</summary>
    Full,

    /// <summary>Nothing is committed.</summary>
    Failed,

    /// <summary>Everything is committed, and the caller is told that it failed.</summary>
    Unknown,
}
