namespace Culvert.Server.Rooms;

/// <summary>Where a subscription gets its next event from.</summary>
internal enum SubscriptionState
{
    /// <summary>Not placed in the log yet.</summary>
    New,

    /// <summary>From the ring.</summary>
    Live,

    /// <summary>From the store: it is behind the ring.</summary>
    Parked,

    /// <summary>Over.</summary>
    Ended,
}
