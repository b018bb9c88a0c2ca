using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>rooms</c> and <c>memberships</c>; each runs in the transaction of its caller.</summary>
internal static class RoomRows
{
    public const string RoomColumns = """
        r.id, r.name, r.name_key, r.kind, r.topic, r.epoch, r.creator_id, r.created_at, r.last_offset, r.last_seq,
        r.last_at, r.floor_offset, r.floor_seq, r.floor_why, r.retain_milliseconds, r.retain_events,
        r.archived_at, r.deleted_at, r.read_only
        """;

    /// <summary>Of <see cref="MemberColumns"/> behind <see cref="RoomColumns"/>.</summary>
    public const int MemberColumn = 19;

    public const string MemberColumns = "m.joined, m.role, m.read_seq, m.muted_until, m.banned_until";

    private const int HeadsAtOnce = 100;

    private static readonly string Heads = "select id, last_offset from rooms where id in ("
        + string.Join(", ", Enumerable.Range(1, HeadsAtOnce).Select(static number => $"?{number}")) + ")";

    /// <summary>What reads of a room that does not exist return: no cursor matches its epoch.</summary>
    public static readonly LogEnds NoEnds = new("", 1, 0, 1, 0, "retention");

    public static RoomRecord? Find(SqlSession session, string nameKey)
    {
        const string Sql = $"select {RoomColumns} from rooms r where r.name_key = ?1";

        var statement = session.Prepare(Sql).Bind(1, nameKey);
        return statement.Step() ? ReadRoom(statement) : null;
    }

    /// <summary>False when the name key is taken.</summary>
    public static bool Insert(SqlSession session, RoomRecord room)
    {
        const string Sql = """
            insert into rooms (id, name, name_key, kind, topic, epoch, creator_id, created_at, last_offset, last_seq,
                last_at, floor_offset, floor_seq, floor_why, retain_milliseconds, retain_events)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            on conflict (name_key) do nothing
            """;

        var inserted = session.Prepare(Sql)
            .Bind(1, room.Id)
            .Bind(2, room.Name)
            .Bind(3, room.NameKey)
            .Bind(4, (long)room.Kind)
            .Bind(5, room.Topic)
            .Bind(6, room.Epoch)
            .Bind(7, room.CreatorId)
            .Bind(8, room.CreatedAt)
            .Bind(9, room.LastOffset)
            .Bind(10, room.LastSeq)
            .Bind(11, room.LastAt)
            .Bind(12, room.FloorOffset)
            .Bind(13, room.FloorSeq)
            .Bind(14, room.FloorWhy)
            .Bind(15, room.RetainMilliseconds)
            .Bind(16, room.RetainEvents)
            .Run() > 0;
        if (inserted && room.CreatorId > 0 && room.Kind != RoomKind.Direct)
        {
            var owner = new RoomChange.OfMember(room.CreatorId, Joined: true, Role: RoomRole.Owner);
            ChangeMember(session, room.Id, owner, room.CreatedAt);
        }

        return inserted;
    }

    public static void ChangeMember(SqlSession session, long roomId, RoomChange.OfMember change, long at)
    {
        const string Sql = """
            insert into memberships
                (room_id, user_id, joined, role, read_seq, muted_until, banned_until, joined_at)
            values (?1, ?2, coalesce(?3, 0), coalesce(?4, 0), 0, coalesce(?5, 0), coalesce(?6, 0),
                case when ?3 = 1 then ?7 else 0 end)
            on conflict (room_id, user_id) do update set
                joined = coalesce(?3, memberships.joined),
                role = coalesce(?4, memberships.role),
                muted_until = coalesce(?5, memberships.muted_until),
                banned_until = coalesce(?6, memberships.banned_until),
                joined_at = case when ?3 = 1 and memberships.joined = 0 then ?7 else memberships.joined_at end
            """;

        session.Prepare(Sql)
            .Bind(1, roomId)
            .Bind(2, change.UserId)
            .Bind(3, change.Joined is { } joined ? (joined ? 1L : 0L) : null)
            .Bind(4, (long?)change.Role)
            .Bind(5, change.MutedUntil)
            .Bind(6, change.BannedUntil)
            .Bind(7, at)
            .Run();
    }

    public static void ChangeSettings(SqlSession session, long roomId, RoomChange.OfSettings change)
    {
        const string Sql = """
            update rooms set
                kind = coalesce(?2, kind),
                topic = coalesce(?3, topic),
                retain_milliseconds = coalesce(?4, retain_milliseconds),
                retain_events = coalesce(?5, retain_events),
                archived_at = coalesce(?6, archived_at),
                deleted_at = coalesce(?7, deleted_at),
                read_only = coalesce(?8, read_only)
            where id = ?1
            """;

        session.Prepare(Sql)
            .Bind(1, roomId)
            .Bind(2, (long?)change.Kind)
            .Bind(3, change.Topic)
            .Bind(4, change.RetainMilliseconds)
            .Bind(5, change.RetainEvents)
            .Bind(6, change.ArchivedAt)
            .Bind(7, change.DeletedAt)
            .Bind(8, change.ReadOnly is { } only ? (only ? 1L : 0L) : null)
            .Run();
    }

    /// <summary>True when the user is an owner of the room and nobody else is.</summary>
    public static bool IsLastOwner(SqlSession session, long roomId, long userId)
    {
        const string Sql = """
            select exists (select 1 from memberships
                where room_id = ?1 and user_id = ?2 and joined = 1 and role = 2)
            and not exists (select 1 from memberships
                where room_id = ?1 and user_id <> ?2 and joined = 1 and role = 2)
            """;

        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, userId);
        statement.Step();
        var isLast = statement.Int64(0) != 0;
        statement.Reset();
        return isLast;
    }

    public static void SetFloorWhy(SqlSession session, long roomId, string why)
    {
        const string Sql = "update rooms set floor_why = ?2 where id = ?1";

        session.Prepare(Sql).Bind(1, roomId).Bind(2, why).Run();
    }

    public static RoomListing? FindListing(SqlSession session, string nameKey, long userId) =>
        Find(session, nameKey) is { } room
            ? WithPeople(session, new RoomListing(room, FindMembership(session, room.Id, userId)))
            : null;

    /// <summary>A direct room with the names of its people.</summary>
    public static RoomListing WithPeople(SqlSession session, RoomListing listing)
    {
        const string Sql = """
            select u.name from memberships m join users u on u.id = m.user_id
            where m.room_id = ?1 and m.joined = 1 order by m.user_id
            """;

        if (listing.Room.Kind != RoomKind.Direct)
        {
            return listing;
        }

        List<string> people = [];
        for (var statement = session.Prepare(Sql).Bind(1, listing.Room.Id); statement.Step();)
        {
            people.Add(statement.Text(0));
        }

        return listing with { People = people };
    }

    /// <summary>The last offsets of those rooms that exist.</summary>
    public static IReadOnlyList<(long RoomId, long LastOffset)> ReadHeads(
        SqlSession session, IReadOnlyList<long> roomIds)
    {
        var heads = new List<(long, long)>(roomIds.Count);
        for (var first = 0; first < roomIds.Count; first += HeadsAtOnce)
        {
            var statement = session.Prepare(Heads);
            for (var index = 0; index < HeadsAtOnce; index++)
            {
                // No room has the number 0.
                statement.Bind(index + 1, first + index < roomIds.Count ? roomIds[first + index] : 0);
            }

            while (statement.Step())
            {
                heads.Add((statement.Int64(0), statement.Int64(1)));
            }
        }

        return heads;
    }

    public static Membership FindMembership(SqlSession session, long roomId, long userId)
    {
        const string Sql = $"select {MemberColumns} from memberships m where m.room_id = ?1 and m.user_id = ?2";

        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, userId);
        return statement.Step() ? ReadMembership(statement, 0) : Membership.None;
    }

    /// <summary>The read cursor, and how far it would move for <paramref name="seq"/>.</summary>
    public static (long Stored, long Wanted) FindRead(SqlSession session, long roomId, long userId, long seq)
    {
        const string Sql = """
            select r.last_seq, coalesce(m.read_seq, 0)
            from rooms r left join memberships m on m.room_id = r.id and m.user_id = ?2
            where r.id = ?1
            """;

        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, userId);
        return statement.Step() ? (statement.Int64(1), Math.Min(seq, statement.Int64(0))) : (0, 0);
    }

    public static long SetRead(SqlSession session, long roomId, long userId, long seq, bool back)
    {
        const string Sql = """
            insert into memberships
                (room_id, user_id, joined, role, read_seq, muted_until, banned_until, joined_at)
            values (?1, ?2, 0, 0, ?3, 0, 0, 0)
            on conflict (room_id, user_id) do update set read_seq = ?3
            """;

        var (stored, wanted) = FindRead(session, roomId, userId, seq);
        if (back ? wanted == stored : wanted <= stored)
        {
            return stored;
        }

        session.Prepare(Sql).Bind(1, roomId).Bind(2, userId).Bind(3, wanted).Run();
        return wanted;
    }

    /// <summary>Name (UTF-8) and ends of a room; null when it does not exist.</summary>
    public static (byte[] Name, LogEnds Ends)? FindEnds(SqlSession session, long roomId)
    {
        const string Sql = """
            select name, epoch, floor_offset, last_offset, floor_seq, last_seq, floor_why from rooms where id = ?1
            """;

        var statement = session.Prepare(Sql).Bind(1, roomId);
        if (!statement.Step())
        {
            return null;
        }

        var ends = new LogEnds(
            statement.Text(1), statement.Int64(2), statement.Int64(3), statement.Int64(4), statement.Int64(5),
            statement.Text(6));
        var name = statement.Bytes(0).ToArray();
        statement.Reset();
        return (name, ends);
    }

    public static RoomRecord ReadRoom(SqlStatement statement) => new()
    {
        Id = statement.Int64(0),
        Name = statement.Text(1),
        NameKey = statement.Text(2),
        Kind = (RoomKind)statement.Int64(3),
        Topic = statement.Text(4),
        Epoch = statement.Text(5),
        CreatorId = statement.Int64(6),
        CreatedAt = statement.Int64(7),
        LastOffset = statement.Int64(8),
        LastSeq = statement.Int64(9),
        LastAt = statement.Int64(10),
        FloorOffset = statement.Int64(11),
        FloorSeq = statement.Int64(12),
        FloorWhy = statement.Text(13),
        RetainMilliseconds = statement.Int64(14),
        RetainEvents = statement.Int64(15),
        ArchivedAt = statement.Int64(16),
        DeletedAt = statement.Int64(17),
        IsReadOnly = statement.Int64(18) != 0,
    };

    public static Membership ReadMembership(SqlStatement statement, int first) => statement.IsNull(first)
        ? Membership.None
        : new Membership
        {
            Joined = statement.Int64(first) != 0,
            Role = (RoomRole)statement.Int64(first + 1),
            ReadSeq = statement.Int64(first + 2),
            MutedUntil = statement.Int64(first + 3),
            BannedUntil = statement.Int64(first + 4),
        };
}
