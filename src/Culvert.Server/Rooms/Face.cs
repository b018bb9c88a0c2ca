namespace Culvert.Server.Rooms;

/// <summary>
/// The forms one event takes on the wire. Each form of an event is built once and shared by all connections.
/// </summary>
internal enum Face
{
    /// <summary>The event line and a line feed.</summary>
    Ndjson = 0,

    /// <summary>A server-sent event whose <c>id</c> is the cursor of its room.</summary>
    EventStream = 1,

    /// <summary>A server-sent event without <c>id</c>: a stream of several rooms adds its own.</summary>
    EventStreamBody = 2,

    /// <summary>An unmasked WebSocket text frame that holds the event line.</summary>
    Frame = 3,

    /// <summary>Like <see cref="Frame"/>, compressed without context takeover, so that it can be shared too.</summary>
    DeflatedFrame = 4,

    /// <summary>A text frame of the plain face: text, created_at, user.</summary>
    PlainFrame = 5,

    /// <summary>The event line alone, for readers that wrap it themselves.</summary>
    Line = 6,
}
