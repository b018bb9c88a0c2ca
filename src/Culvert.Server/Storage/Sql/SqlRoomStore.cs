using System.Globalization;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Rooms and their logs in a database. The database stays its opener's to close.</summary>
internal sealed class SqlRoomStore : IRoomStore
{
    /// <summary>To look at a text costs about a tenth of deleting a row.</summary>
    private const int ReclaimRows = 10;

    private readonly SqlDatabase _database;
    private readonly RoomAppender _appender;
    private readonly RoomTrimmer _trimmer;
    private readonly UserNames _names = new();

    /// <param name="database">Where everything is kept.</param>
    /// <param name="incarnation">As in <see cref="SqlDatabase.CreateAppender"/>; null for no lease.</param>
    public SqlRoomStore(SqlDatabase database, Func<long>? incarnation = null)
    {
        _database = database;
        _appender = database.CreateAppender(incarnation ?? (static () => 0));
        _trimmer = new RoomTrimmer(_appender.Texts);
    }

    public async ValueTask AppendAsync(IReadOnlyList<Append> batch, long now, CancellationToken cancellationToken)
    {
        await WriteLockedAsync(
            session =>
            {
                _appender.Apply(session, batch, now);
                return true;
            },
            committed =>
            {
                _appender.Settle(batch, committed);
                if (committed && _appender.HasErased)
                {
                    _ = _database.RequestErasure();
                }
            },
            cancellationToken);
    }

    public async ValueTask<LogEnds> ReadEventsAsync(
        long roomId, long fromOffset, int limit, IEventSink sink, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session =>
            {
                if (RoomRows.FindEnds(session, roomId) is not { } room)
                {
                    return RoomRows.NoEnds;
                }

                EventReader.Read(session, _names, roomId, room, fromOffset, limit, sink);
                return room.Ends;
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<(long RoomId, long LastOffset)>> ReadHeadsAsync(
        IReadOnlyList<long> roomIds, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(session => RoomRows.ReadHeads(session, roomIds), cancellationToken);

    public async ValueTask<LogEnds> ReadMessagesAsync(
        long roomId, MessagePage page, IEventSink sink, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session =>
            {
                if (RoomRows.FindEnds(session, roomId) is not { } room)
                {
                    return RoomRows.NoEnds;
                }

                MessageReader.Read(session, _names, roomId, room, page, sink);
                return room.Ends;
            },
            cancellationToken);

    public async ValueTask<LogEnds> ReadNoticesAsync(
        long roomId, long firstSeq, long lastSeq, int limit, IEventSink sink, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session =>
            {
                if (RoomRows.FindEnds(session, roomId) is not { } room)
                {
                    return RoomRows.NoEnds;
                }

                NoticeReader.Read(session, _names, roomId, room, firstSeq, lastSeq, limit, sink);
                return room.Ends;
            },
            cancellationToken);

    public async ValueTask<RoomRecord?> FindRoomAsync(string nameKey, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(session => RoomRows.Find(session, nameKey), cancellationToken);

    public async ValueTask<bool> CreateRoomAsync(RoomRecord room, CancellationToken cancellationToken) =>
        await WriteAsync(session => RoomRows.Insert(session, room), null, cancellationToken);

    public async ValueTask<bool> CreateDirectRoomAsync(
        RoomRecord room, IReadOnlyList<long> people, CancellationToken cancellationToken) =>
        await WriteAsync(
            session =>
            {
                if (!RoomRows.Insert(session, room))
                {
                    return false;
                }

                foreach (var userId in people)
                {
                    RoomRows.ChangeMember(
                        session, room.Id, new RoomChange.OfMember(userId, Joined: true), room.CreatedAt);
                }

                return true;
            },
            null,
            cancellationToken);

    public async ValueTask<RoomListing?> FindListingAsync(
        string nameKey, long userId, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session => RoomRows.FindListing(session, nameKey, userId), cancellationToken);

    public async ValueTask<IReadOnlyList<RoomListing>> ListRoomsAsync(
        RoomQuery query, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(session => RoomLists.Read(session, query), cancellationToken);

    public async ValueTask<Membership> FindMembershipAsync(
        long roomId, long userId, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session => RoomRows.FindMembership(session, roomId, userId), cancellationToken);

    public async ValueTask<long> SetReadAsync(
        long roomId, long userId, long seq, bool back, CancellationToken cancellationToken)
    {
        // Most calls repeat what is stored, and a read costs no sync. A cursor that somebody else moves back at the
        // same time may as well have been moved back afterwards.
        var (stored, wanted) = await _database.ReadSessionAsync(
            session => RoomRows.FindRead(session, roomId, userId, seq), cancellationToken);
        return wanted == stored || (wanted < stored && !back)
            ? stored
            : await WriteAsync(
                session => RoomRows.SetRead(session, roomId, userId, seq, back), null, cancellationToken);
    }

    public async ValueTask<TrimResult> TrimAsync(
        long roomId, long now, int limit, CancellationToken cancellationToken)
    {
        var result = await WriteLockedAsync(
            session =>
            {
                session.LockRoom(roomId);
                var trimmed = _trimmer.Trim(session, roomId, now, limit);
                return trimmed with { More = trimmed.More || _appender.Texts.Reclaim(session, limit * ReclaimRows) };
            },
            committed =>
            {
                _appender.Forget();
                if (!committed)
                {
                    _appender.Texts.ForgetPass();
                }
            },
            cancellationToken);
        if (!result.More)
        {
            _ = _database.RequestErasure();
        }

        return result;
    }

    public async ValueTask<IReadOnlyList<RosterRow>> ListRosterAsync(
        long roomId, long userId, bool isBack, int limit, long now, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(
            session => RoomLists.ReadRoster(session, roomId, userId, isBack, limit, now), cancellationToken);

    public async ValueTask<IReadOnlyList<DeletedRoom>> ListDeletedAsync(
        long before, CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(session => DeletedRoomRows.List(session, before), cancellationToken);

    public async ValueTask<bool> CondemnAsync(long roomId, long before, CancellationToken cancellationToken) =>
        await WriteLockedAsync(
            session =>
            {
                session.LockRoom(roomId);
                return DeletedRoomRows.Condemn(session, roomId, before);
            },
            _ => _appender.Forget(),
            cancellationToken);

    public async ValueTask<bool> EraseRoomAsync(long roomId, int limit, CancellationToken cancellationToken)
    {
        // The floors are above everything, so trimming erases the log and buries the texts.
        if ((await TrimAsync(roomId, now: 0, limit, cancellationToken)).More)
        {
            return true;
        }

        return await WriteLockedAsync(
            session =>
            {
                session.LockRoom(roomId);
                return DeletedRoomRows.Erase(session, roomId, limit);
            },
            _ => _appender.Forget(),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<long>> ListTrimmableAsync(CancellationToken cancellationToken) =>
        await _database.ReadSessionAsync(RoomTrimmer.List, cancellationToken);

    public async ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        const string Sql = """
            insert into meta (key, value) values ('probe', ?1) on conflict (key) do update set value = ?1
            """;

        try
        {
            var probe = Environment.TickCount64.ToString(CultureInfo.InvariantCulture);
            await WriteAsync(session => session.Prepare(Sql).Bind(1, probe).Run(), null, cancellationToken);
            return await _database.ReadSessionAsync(
                session => session.QueryText("select value from meta where key = 'probe'") != "", cancellationToken);
        }
        catch (Exception exception) when (exception is StoreException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Nothing of its own to close.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<T> WriteAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        AsStoreAsync(_database.WriteAsync(work, settle, cancellationToken));

    private ValueTask<T> WriteLockedAsync<T>(
        Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) =>
        AsStoreAsync(_database.WriteLockedAsync(work, settle, cancellationToken));

    private static async ValueTask<T> AsStoreAsync<T>(Task<T> write)
    {
        try
        {
            return await write;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreException))
        {
            throw new StoreException($"The write failed: {exception.Message}", full: false, exception);
        }
    }
}
