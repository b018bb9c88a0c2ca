namespace Culvert.Server.Rooms;

/// <summary>What an <see cref="Outlet"/> made of a send.</summary>
internal enum SendResult
{
    /// <summary>Taken; more may follow at once.</summary>
    Sent,

    /// <summary>Taken, but the peer is slow: wait for <see cref="Subscriber.Drained"/>.</summary>
    Blocked,

    /// <summary>The connection is over; nothing can be sent any more.</summary>
    Ended,
}
