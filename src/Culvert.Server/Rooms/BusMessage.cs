namespace Culvert.Server.Rooms;

/// <summary>What one node tells the others. Immutable.</summary>
internal abstract record BusMessage
{
    private BusMessage()
    {
    }

    /// <summary>The log of a room has grown.</summary>
    /// <param name="RoomId">Which room.</param>
    /// <param name="LastOffset">Its last offset after the commit.</param>
    /// <param name="Events">
    /// The new events in order, all up to <paramref name="LastOffset"/>, when they are small; empty when the store has
    /// to be read.
    /// </param>
    internal sealed record Moved(long RoomId, long LastOffset, IReadOnlyList<LogEvent> Events) : BusMessage;

    /// <summary>Who came to and left rooms on one node; the truth is the store of the nodes.</summary>
    /// <param name="Incarnation">Which node.</param>
    /// <param name="Version">
    /// Counts up by one with each change of that incarnation: after a jump all of it is read from the store.
    /// </param>
    /// <param name="Changes">What changed.</param>
    internal sealed record Presence(
        long Incarnation, long Version, IReadOnlyList<PresenceChange> Changes) : BusMessage;

    /// <summary>Something for the readers of a room that is no part of its log, as typing or a read cursor.</summary>
    internal sealed record Passing(
        long RoomId, ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Line, long OnlyUser, long ExceptUser) : BusMessage;

    /// <summary>A line for all connections of some users; see <see cref="UserNews"/>.</summary>
    internal sealed record News(
        IReadOnlyList<long> UserIds, string RoomKey, ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Line) : BusMessage;

    /// <summary>What the connections to one node say of their user; see <see cref="AwayUsers"/>.</summary>
    /// <param name="Incarnation">Which node.</param>
    /// <param name="User">The user's name.</param>
    /// <param name="IsAway">True when all that say something say so; null when none says anything any more.</param>
    internal sealed record Away(long Incarnation, string User, bool? IsAway) : BusMessage;

    /// <summary>The control log has grown to this id; see the store of the nodes.</summary>
    internal sealed record Control(long LastId) : BusMessage;

    /// <summary>A sign-in failed: the limits of all nodes count it.</summary>
    internal sealed record SignInFailed(string NameKey, string Address) : BusMessage;
}
