namespace Culvert.Server.Rooms;

/// <summary>A change of rows beside the log, made in the transaction of the event that announces it.</summary>
internal abstract record RoomChange
{
    private RoomChange()
    {
    }

    /// <summary>New state of one user in the room; null members stay as they are.</summary>
    internal sealed record OfMember(
        long UserId,
        bool? Joined = null,
        RoomRole? Role = null,
        long? MutedUntil = null,
        long? BannedUntil = null) : RoomChange
    {
        /// <summary>True when an owner of the room is none afterwards: its last one has to stay.</summary>
        public bool EndsOwnership => Joined == false || Role < RoomRole.Owner;
    }

    /// <summary>New settings of the room; null members stay as they are.</summary>
    internal sealed record OfSettings(
        RoomKind? Kind = null,
        string? Topic = null,
        long? RetainMilliseconds = null,
        long? RetainEvents = null,
        long? ArchivedAt = null,
        long? DeletedAt = null,
        bool? ReadOnly = null) : RoomChange;

    /// <summary>
    /// One reaction of the actor to <see cref="Append.TargetSeq"/>; at most one per user, message and emoji.
    /// </summary>
    internal sealed record OfReaction(string Emoji, bool On) : RoomChange;

    /// <summary>
    /// Everything before the event leaves the log: the floor moves to the event's own offset and to the next seq.
    /// The store deletes the rows afterwards, in bounded steps.
    /// </summary>
    internal sealed record OfClear : RoomChange;
}
