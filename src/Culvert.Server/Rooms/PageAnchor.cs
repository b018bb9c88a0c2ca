namespace Culvert.Server.Rooms;

/// <summary>How a <see cref="MessagePage"/> is placed in the history.</summary>
internal enum PageAnchor
{
    /// <summary>The newest messages.</summary>
    Latest,

    /// <summary>The newest messages with a seq below the value.</summary>
    Before,

    /// <summary>The oldest messages with a seq above the value.</summary>
    After,

    /// <summary>The value's message with half of the page on each side (a permalink).</summary>
    Around,

    /// <summary>
    /// Starts at the first message at or after the time (binary search on seq; times never decrease).
    /// </summary>
    Time,
}
