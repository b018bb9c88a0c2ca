using System.Text;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>
/// A room store without a disk, for simulations: same answers, injected failures, no threads of its own.
/// </summary>
/// <remarks>
/// Thread-safe. Every call is finished when it returns. The name of a user is what the constructor says.
/// </remarks>
internal sealed class MemoryRoomStore(Func<long, byte[]> nameOf) : IRoomStore, IAuditLog
{
    private static readonly LogEnds NoEnds = new("", 1, 0, 1, 0, "retention");

    private readonly Lock _lock = new();
    private readonly List<AuditEntry> _audit = [];
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
                added.ChangeMember(
                    new RoomChange.OfMember(room.CreatorId, Joined: true, Role: RoomRole.Owner), room.CreatedAt);
            }

            return true;
        }, cancellationToken);

    public ValueTask<bool> CreateDirectRoomAsync(
        RoomRecord room, IReadOnlyList<long> people, CancellationToken cancellationToken) =>
        Run(nameof(CreateDirectRoomAsync), () =>
        {
            var added = new MemoryRoom(room);
            if (!_rooms.TryAdd(room.NameKey, added))
            {
                return false;
            }

            foreach (var userId in people)
            {
                added.ChangeMember(new RoomChange.OfMember(userId, Joined: true), room.CreatedAt);
            }

            return true;
        }, cancellationToken);

    public ValueTask<RoomListing?> FindListingAsync(
        string nameKey, long userId, CancellationToken cancellationToken) =>
        Run(nameof(FindListingAsync), () =>
            _rooms.GetValueOrDefault(nameKey) is { } room ? ListingOf(room, userId) : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<RoomListing>> ListRoomsAsync(
        RoomQuery query, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<RoomListing>>(nameof(ListRoomsAsync), () =>
            [.. (query.IsBack ? _rooms.Values.Reverse() : _rooms.Values)
                .Where(room => Utf8Comparer.Instance.Compare(room.Record.NameKey, query.Key) is var order
                    && (query.IsBack ? order < 0 : order > 0))
                .Select(room => ListingOf(room, query.UserId))
                .Where(row => row.Room.DeletedAt > 0 == (query.Show == RoomShow.Deleted) && IsListed(row, query))
                .Take(query.Limit)],
            cancellationToken);

    private static bool IsListed(RoomListing row, RoomQuery query)
    {
        var (room, membership, _) = row;
        var isHere = membership.Joined && membership.BannedUntil <= query.Now;
        return query.Show switch
        {
            RoomShow.Joined => isHere,
            RoomShow.Deleted => room.Kind != RoomKind.Direct
                && (query.All || (isHere && membership.Role == RoomRole.Owner)),
            _ => (query.All && (room.Kind != RoomKind.Direct || membership.Joined))
                || (membership.BannedUntil <= query.Now && (room.Kind == RoomKind.Public || membership.Joined)),
        };
    }

    public ValueTask<Membership> FindMembershipAsync(long roomId, long userId, CancellationToken cancellationToken) =>
        Run(nameof(FindMembershipAsync), () =>
            Find(roomId) is { } room ? MembershipOf(room, userId) : Membership.None,
            cancellationToken);

    public ValueTask<long> SetReadAsync(
        long roomId, long userId, long seq, bool back, CancellationToken cancellationToken) =>
        Run(nameof(SetReadAsync), () =>
        {
            if (Find(roomId) is not { } room)
            {
                return 0;
            }

            var member = MembershipOf(room, userId);
            var read = Math.Min(seq, room.Record.LastSeq);
            read = back ? read : Math.Max(member.ReadSeq, read);
            if (read != member.ReadSeq)
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
                    var authorId = room.AuthorOf(append.TargetSeq);
                    room.Apply(append, now);
                    Note(append, room.Record.Name, authorId);
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

    public ValueTask<IReadOnlyList<(long RoomId, long LastOffset)>> ReadHeadsAsync(
        IReadOnlyList<long> roomIds, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<(long RoomId, long LastOffset)>>(nameof(ReadHeadsAsync), () =>
            [.. roomIds.Where(id => Find(id) is not null).Select(id => (id, Find(id)!.Record.LastOffset))],
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

    public ValueTask<IReadOnlyList<RosterRow>> ListRosterAsync(
        long roomId, long userId, bool isBack, int limit, long now, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<RosterRow>>(nameof(ListRosterAsync), () =>
            Find(roomId) is not { } room ? []
            : isBack ? [.. RosterOf(room, now).Reverse().Where(row => row.UserId < userId).Take(limit)]
            : [.. RosterOf(room, now).Where(row => row.UserId > userId).Take(limit)],
            cancellationToken);

    public ValueTask<IReadOnlyList<DeletedRoom>> ListDeletedAsync(long before, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<DeletedRoom>>(nameof(ListDeletedAsync), () =>
            [.. _rooms.Values.Where(room => IsDeleted(room, before))
                .Select(room => new DeletedRoom(room.Record.Id, room.Record.NameKey))
                .OrderBy(room => room.Id)],
            cancellationToken);

    public ValueTask<bool> CondemnAsync(long roomId, long before, CancellationToken cancellationToken) =>
        Run(nameof(CondemnAsync), () =>
        {
            if (Find(roomId) is not { } room || !IsDeleted(room, before))
            {
                return false;
            }

            _rooms.Remove(room.Record.NameKey);
            room.Record = room.Record with { NameKey = $"#{roomId}" };
            _rooms[room.Record.NameKey] = room;
            return true;
        }, cancellationToken);

    public ValueTask<bool> EraseRoomAsync(long roomId, int limit, CancellationToken cancellationToken) =>
        Run(nameof(EraseRoomAsync), () =>
        {
            _rooms.Remove($"#{roomId}");
            return false;
        }, cancellationToken);

    public ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Fail?.Invoke(nameof(IsHealthyAsync)) is null);

    public ValueTask NoteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var done = Run(nameof(NoteAsync), () =>
        {
            _audit.Add(entry with { Id = _audit.Count + 1 });
            return true;
        }, cancellationToken);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }

    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(
        long before, int limit, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<AuditEntry>>(nameof(ListAsync), () =>
            [.. _audit.Where(entry => entry.Id < before).Reverse().Take(limit)], cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Membership MembershipOf(MemoryRoom room, long userId) =>
        room.Members.GetValueOrDefault(userId, Membership.None);

    private static bool IsDeleted(MemoryRoom room, long before) =>
        room.Record.DeletedAt > 0 && room.Record.DeletedAt < before;

    private IEnumerable<RosterRow> RosterOf(MemoryRoom room, long now) =>
        from member in room.Members
        where member.Value.Joined || member.Value.BannedUntil > now
        orderby member.Key
        select new RosterRow(
            member.Key,
            Encoding.UTF8.GetString(nameOf(member.Key)),
            member.Value,
            room.JoinedAt.GetValueOrDefault(member.Key));

    private void Note(Append append, string room, long authorId)
    {
        if (append is { Audit: { } note, Outcome: AppendOutcome.Committed } && authorId != append.ActorId)
        {
            _audit.Add(new AuditEntry
            {
                Id = _audit.Count + 1,
                At = append.At,
                By = Encoding.UTF8.GetString(append.ActorName.Span),
                Act = note.Act,
                Room = room,
                Target = authorId == 0 ? note.Target : Encoding.UTF8.GetString(nameOf(authorId)),
                Why = note.Why,
                Detail = append.Detail.IsEmpty ? null : $"{{{Encoding.UTF8.GetString(append.Detail.Span)}}}",
                Address = append.Address,
            });
        }
    }

    private RoomListing ListingOf(MemoryRoom room, long userId)
    {
        var people = room.Members.Where(member => member.Value.Joined).Select(member => member.Key).Order();
        return new RoomListing(
            room.Record,
            MembershipOf(room, userId),
            room.Record.Kind == RoomKind.Direct ? [.. people.Select(id => Encoding.UTF8.GetString(nameOf(id)))] : null);
    }

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
