namespace Culvert.Protocol.Rooms;

/// <summary>Kinds of durable event. The numbers are stored in logs; never renumber or reuse one.</summary>
public enum EventKind
{
    /// <summary><c>msg</c>: a message; takes the next seq.</summary>
    Message = 0,

    /// <summary><c>edit</c>: a message has a new text.</summary>
    Edit = 1,

    /// <summary><c>erase</c>: the text of a message is gone for good; its seq stays as a tombstone.</summary>
    Erase = 2,

    /// <summary><c>react</c>: somebody added or removed one reaction to a message.</summary>
    React = 3,

    /// <summary><c>join</c>: a user became a member.</summary>
    Join = 4,

    /// <summary><c>leave</c>: a member left.</summary>
    Leave = 5,

    /// <summary><c>kick</c>: a moderator ended a user's connections to the room.</summary>
    Kick = 6,

    /// <summary><c>ban</c>: a user may not enter any more.</summary>
    Ban = 7,

    /// <summary><c>unban</c>: a ban ended.</summary>
    Unban = 8,

    /// <summary><c>mute</c>: a user may read but not publish.</summary>
    Mute = 9,

    /// <summary><c>unmute</c>: a mute ended.</summary>
    Unmute = 10,

    /// <summary><c>topic</c>: the room has a new topic.</summary>
    Topic = 11,

    /// <summary><c>clear</c>: everything before this event left the log.</summary>
    Clear = 12,

    /// <summary><c>settings</c>: kind or retention of the room changed.</summary>
    Settings = 13,
}
