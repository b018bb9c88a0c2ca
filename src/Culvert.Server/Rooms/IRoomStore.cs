namespace Culvert.Server.Rooms;

/// <summary>
/// Keeps rooms, memberships and logs. The commit of <see cref="AppendAsync"/> decides order and durability.
/// </summary>
/// <remarks>
/// Safe for concurrent calls, except that only one <see cref="AppendAsync"/> may be in flight at a time.
/// Every method is one transaction. A method that cannot do its work throws <see cref="StoreException"/> and has
/// changed nothing. Reads see every commit that was acknowledged before they started.
/// </remarks>
internal interface IRoomStore : IAsyncDisposable
{
    /// <summary>The room of this normalised name, or null.</summary>
    ValueTask<RoomRecord?> FindRoomAsync(string nameKey, CancellationToken cancellationToken);

    /// <summary>Adds the room and makes its creator an owner-member; false when the name key is taken.</summary>
    ValueTask<bool> CreateRoomAsync(RoomRecord room, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a direct room with these people as its members for ever; false when the name key is taken.
    /// </summary>
    ValueTask<bool> CreateDirectRoomAsync(
        RoomRecord room, IReadOnlyList<long> people, CancellationToken cancellationToken);

    /// <summary>The room of this normalised name as the user's list shows it; null when there is none.</summary>
    ValueTask<RoomListing?> FindListingAsync(string nameKey, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Rooms by name key, ascending or backwards: all public ones and the others that the user joined, without those
    /// that banned the user; of all, every one but the direct rooms of others. Those that the user joined only, or
    /// deleted ones of which the user is an owner, of all every one but direct rooms.
    /// </summary>
    ValueTask<IReadOnlyList<RoomListing>> ListRoomsAsync(RoomQuery query, CancellationToken cancellationToken);

    /// <summary>The user's row in the room, or <see cref="Membership.None"/>.</summary>
    ValueTask<Membership> FindMembershipAsync(long roomId, long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Members of the room, and users who are banned from it at <paramref name="now"/>, at most
    /// <paramref name="limit"/>: by ascending user id after <paramref name="userId"/>, or, with
    /// <paramref name="isBack"/>, before it and backwards.
    /// </summary>
    ValueTask<IReadOnlyList<RosterRow>> ListRosterAsync(
        long roomId, long userId, bool isBack, int limit, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the read cursor to min(seq, last seq) if that is higher, or in any case when <paramref name="back"/>;
    /// returns the stored value.
    /// </summary>
    ValueTask<long> SetReadAsync(
        long roomId, long userId, long seq, bool back, CancellationToken cancellationToken);

    /// <summary>
    /// Commits the batch, of any rooms, in one transaction and one sync, and sets each <see cref="Append.Outcome"/>
    /// with its offset, seq, time and revision. Offsets and seqs are contiguous per room in batch order; refused
    /// members take none. <paramref name="now"/> is UTC Unix milliseconds; stored times never decrease per room.
    /// </summary>
    /// <exception cref="StoreException">Nothing of the batch was committed.</exception>
    ValueTask AppendAsync(IReadOnlyList<Append> batch, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Reads events with offset >= <paramref name="fromOffset"/> (and >= the floor) in order into
    /// <paramref name="sink"/> until it returns false, <paramref name="limit"/> events were read or the log ends.
    /// Texts are the current ones. Returns the floor, last offset and epoch of the same snapshot.
    /// </summary>
    ValueTask<LogEnds> ReadEventsAsync(
        long roomId, long fromOffset, int limit, IEventSink sink, CancellationToken cancellationToken);

    /// <summary>The last offset of each of these rooms; rooms that do not exist are left out.</summary>
    ValueTask<IReadOnlyList<(long RoomId, long LastOffset)>> ReadHeadsAsync(
        IReadOnlyList<long> roomIds, CancellationToken cancellationToken);

    /// <summary>
    /// Reads one page of messages (erased ones as tombstones), ascending by seq, into <paramref name="sink"/>, as
    /// <see cref="Protocol.Rooms.EventKind.Message"/> events with current text, revision and reactions.
    /// </summary>
    ValueTask<LogEnds> ReadMessagesAsync(
        long roomId, MessagePage page, IEventSink sink, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the events that are about no message (joins, topics and the like) after message
    /// <paramref name="firstSeq"/>, or from the floor if that is the lowest, and before the one that follows
    /// <paramref name="lastSeq"/>; newest first, at most <paramref name="limit"/>. The seq of each is that of the last
    /// message before it. Where very many edits and reactions are between, the oldest may be left out.
    /// </summary>
    ValueTask<LogEnds> ReadNoticesAsync(
        long roomId, long firstSeq, long lastSeq, int limit, IEventSink sink, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the floor up to what the room's retention allows at <paramref name="now"/> and deletes at most
    /// <paramref name="limit"/> rows below the floor. True while more is left to delete.
    /// </summary>
    ValueTask<TrimResult> TrimAsync(long roomId, long now, int limit, CancellationToken cancellationToken);

    /// <summary>Ids of rooms that have a retention setting or rows below their floor.</summary>
    ValueTask<IReadOnlyList<long>> ListTrimmableAsync(CancellationToken cancellationToken);

    /// <summary>Rooms that were deleted before this time.</summary>
    ValueTask<IReadOnlyList<DeletedRoom>> ListDeletedAsync(long before, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the name from a room that was deleted before this time, for good: nothing finds it any more, and another
    /// room may have the name. False when it was restored meanwhile.
    /// </summary>
    ValueTask<bool> CondemnAsync(long roomId, long before, CancellationToken cancellationToken);

    /// <summary>
    /// Erases about <paramref name="limit"/> rows of a condemned room, the room itself last. True while more is left.
    /// </summary>
    ValueTask<bool> EraseRoomAsync(long roomId, int limit, CancellationToken cancellationToken);

    /// <summary>True when the store can read and write now.</summary>
    ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken);
}
