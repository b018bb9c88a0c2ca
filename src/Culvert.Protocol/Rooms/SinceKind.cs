namespace Culvert.Protocol.Rooms;

/// <summary>Where a subscription starts.</summary>
public enum SinceKind
{
    /// <summary><c>now</c>, the default: nothing is replayed.</summary>
    Now,

    /// <summary><c>start</c>: from the lowest offset that can be read.</summary>
    Start,

    /// <summary><c>last:N</c> over HTTP, <c>{"last":N}</c> in a command: from the N-th newest event.</summary>
    Last,

    /// <summary>A cursor: from the event after it.</summary>
    Cursor,
}
