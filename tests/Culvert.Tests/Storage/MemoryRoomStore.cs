using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>
/// A room store without a disk, for simulations: same answers, injected failures, no threads of its own.
/// </summary>
/// <remarks>
/// Thread-safe. Every call is finished when it returns. The name of a user is what the constructor says.
/// </remarks>
internal sealed class MemoryRoomStore(Func<long, byte[]> nameOf) : IRoomStore
{
    private static readonly LogEnds NoEnds = new("", 1, 0, 1, 0, "retention");

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MemoryRoom> _rooms = new(Utf8Comparer.Instance);

    /// <summary>
    /// Asked before every call, with the method's name; what it returns is thrown and nothing is changed. Null lets
    /// the call pass.
    /// </summary>
    public Func<string, StoreException?>? Fail { get; set; }

    public ValueTask<RoomRecord?> FindRoomAsync(string nameKey, CancellationToken cancellationToken) =>
        Run(nameof(FindRoomAsync), () => _rooms.GetValueOrDefault(nameKey)?.Record,
            cancellationToken);

    public ValueTask<bool> CreateRoomAsync(RoomRecord room, CancellationToken cancellationToken) =>
        Run(nameof(CreateRoomAsync), () =>
        {
            var added = new MemoryRoom(room);
            if (!_rooms.TryAdd(room.NameKey, added))
            {
                return false;
            }

            if (room.CreatorId > 0)
            {
                added.ChangeMember(new RoomChange.OfMember(room.CreatorId, Joined: true, Role: RoomRole.Owner));
            }

            return true;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<RoomListing>> ListRoomsAsync(
        long userId, bool all, string? afterKey, int limit, long now, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<RoomListing>>(nameof(ListRoomsAsync), () =>
            [.. _rooms.Values
                .Where(room => Utf8Comparer.Instance.Compare(room.Record.NameKey, afterKey) > 0)
                .Select(room => new RoomListing(room.Record, MembershipOf(room, userId)))
                .Where(row => all || (row.Membership.BannedUntil <= now
                    && (row.Room.Kind == RoomKind.Public || row.Membership.Joined)))
                .Take(limit)],
            cancellationToken);

    public ValueTask<Membership> FindMembershipAsync(long roomId, long userId, CancellationToken cancellationToken) =>
        Run(nameof(FindMembershipAsync), () =>
            Find(roomId) is { } room ? MembershipOf(room, userId) : Membership.None,
            cancellationToken);

    public ValueTask<long> SetReadAsync(long roomId, long userId, long seq, CancellationToken cancellationToken) =>
        Run(nameof(SetReadAsync), () =>
        {
            if (Find(roomId) is not { } room)
            {
                return 0;
            }

            var member = MembershipOf(room, userId);
            var read = Math.Max(member.ReadSeq, Math.Min(seq, room.Record.LastSeq));
            if (read > member.ReadSeq)
            {
                room.Members[userId] = member with { ReadSeq = read };
            }

            return read;
        }, cancellationToken);

    public ValueTask AppendAsync(IReadOnlyList<Append> batch, long now, CancellationToken cancellationToken)
    {
        var done = Run(nameof(AppendAsync), () =>
        {
            foreach (var append in batch)
            {
                if (Find(append.RoomId) is { } room)
                {
                    room.Apply(append, now);
                }
                else
                {
                    append.Outcome = AppendOutcome.NoSuchRoom;
                }
            }

            return true;
        }, cancellationToken);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }

    public ValueTask<LogEnds> ReadEventsAsync(
        long roomId, long fromOffset, int limit, IEventSink sink, CancellationToken cancellationToken) =>
        Run(nameof(ReadEventsAsync), () =>
            Find(roomId)?.ReadEvents(fromOffset, limit, sink, nameOf) ?? NoEnds,
            cancellationToken);

    public ValueTask<LogEnds> ReadMessagesAsync(
        long roomId, MessagePage page, IEventSink sink, CancellationToken cancellationToken) =>
        Run(nameof(ReadMessagesAsync), () =>
            Find(roomId)?.ReadMessages(page, sink, nameOf) ?? NoEnds,
            cancellationToken);

    public ValueTask<LogEnds> ReadNoticesAsync(
        long roomId, long firstSeq, long lastSeq, int limit, IEventSink sink, CancellationToken cancellationToken) =>
        Run(nameof(ReadNoticesAsync), () =>
            Find(roomId)?.ReadNotices(firstSeq, lastSeq, limit, sink, nameOf) ?? NoEnds,
            cancellationToken);

    public ValueTask<TrimResult> TrimAsync(long roomId, long now, int limit, CancellationToken cancellationToken) =>
        Run(nameof(TrimAsync), () =>
        {
            if (Find(roomId) is not { } room)
            {
                return new TrimResult(NoEnds, false);
            }

            var more = room.Trim(now, limit);
            return new TrimResult(room.Ends, more);
        }, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListTrimmableAsync(CancellationToken cancellationToken) =>
        Run<IReadOnlyList<long>>(nameof(ListTrimmableAsync), () =>
            [.. _rooms.Values
                .Where(room => room.HasRowsBelowFloor
                    || room.Record.RetainEvents > 0 || room.Record.RetainMilliseconds > 0)
                .Select(room => room.Record.Id)
                .Order()],
            cancellationToken);

    public ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Fail?.Invoke(nameof(IsHealthyAsync)) is null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Membership MembershipOf(MemoryRoom room, long userId) =>
        room.Members.GetValueOrDefault(userId, Membership.None);

    private MemoryRoom? Find(long roomId) => _rooms.Values.FirstOrDefault(room => room.Record.Id == roomId);

    private ValueTask<T> Run<T>(string method, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        lock (_lock)
        {
            return Fail?.Invoke(method) is { } failure
                ? ValueTask.FromException<T>(failure)
                : ValueTask.FromResult(work());
        }
    }
}
