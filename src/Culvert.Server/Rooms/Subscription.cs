using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>One reader of one room: a cursor into its log, not a queue.</summary>
/// <remarks>
/// What can change belongs to the writer loop of its subscriber, except where a room's lock is named.
/// </remarks>
internal sealed class Subscription
{
    public Subscription(Room room, Subscriber subscriber, Since since, GapPolicy gapPolicy)
    {
        Room = room;
        Subscriber = subscriber;
        Since = since;
        GapPolicy = gapPolicy;
    }

    public Room Room { get; }

    public Subscriber Subscriber { get; }

    /// <summary>Where the reader asked to start.</summary>
    public Since Since { get; }

    public GapPolicy GapPolicy { get; }

    public SubscriptionState State { get; set; } = SubscriptionState.New;

    /// <summary>
    /// Who counts as present through this subscription, under the room's lock; null when nobody does.
    /// </summary>
    public Caller? EnteredAs { get; set; }

    /// <summary>Index in its room's list on the writer loop.</summary>
    public int LaneIndex { get; set; }

    /// <summary>The offset of the next event to send.</summary>
    public long Next { get; set; }

    /// <summary>Events sent before <c>ready</c>.</summary>
    public long Replayed { get; set; }

    /// <summary>
    /// True once <c>ready</c> was queued (or its part of a common one): later catch-ups are silent, nothing was missed.
    /// </summary>
    public bool IsReady { get; set; }

    /// <summary>What the reader cannot get, found when it was placed; null for nothing.</summary>
    public Gap? Gap { get; set; }

    /// <summary>
    /// The end of the log when it was placed: <c>ready</c> is said once everything before it was sent.
    /// </summary>
    public long ReadyAt { get; set; }

    /// <summary>
    /// A presence batch was not sent because the connection was full; the newest follows when it drains.
    /// </summary>
    public bool MissedPresence { get; set; }

    /// <summary>A page read from the store that waits for the connection to drain.</summary>
    public LogPage? Page { get; set; }
}
