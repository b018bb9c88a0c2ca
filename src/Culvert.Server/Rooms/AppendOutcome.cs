namespace Culvert.Server.Rooms;

/// <summary>How one <see cref="Append"/> ended.</summary>
internal enum AppendOutcome
{
    /// <summary>Not decided yet.</summary>
    None,

    /// <summary>In the log, on disk as the durability setting says.</summary>
    Committed,

    /// <summary>
    /// The key was used before with the same data: offset and seq are the original's; nothing was added.
    /// </summary>
    Duplicate,

    /// <summary>Nothing had to change (a reaction that is already there); no event was added.</summary>
    Unchanged,

    /// <summary>The key was used before with other data.</summary>
    Conflict,

    /// <summary><see cref="Append.IfOffset"/> is not the last offset.</summary>
    OffsetMismatch,

    /// <summary>The target message does not exist, was erased, or is below the floor.</summary>
    NoSuchMessage,

    /// <summary>The target message is somebody else's and <see cref="Append.OwnOnly"/> was set.</summary>
    NotAuthor,

    /// <summary>It would leave the room without an owner.</summary>
    LastOwner,

    /// <summary>The room is gone.</summary>
    NoSuchRoom,

    /// <summary>The disk is full: nothing of the batch was committed.</summary>
    StorageFull,

    /// <summary>The store failed: nothing of the batch was committed.</summary>
    StorageFailed,
}
