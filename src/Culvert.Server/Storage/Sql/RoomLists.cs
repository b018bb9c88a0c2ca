using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Lists of rooms, and of the people of one; each runs in the transaction of its caller.</summary>
/// <remarks>Every statement reads a range of an index in its order, forwards or backwards, and no more.</remarks>
internal static class RoomLists
{
    private const string Columns = $"{RoomRows.RoomColumns}, {RoomRows.MemberColumns}";

    private const string Every = $"""
        select {Columns}
        from rooms r left join memberships m on m.room_id = r.id and m.user_id = ?1
        where r.name_key > ?2 and r.deleted_at = 0 and (r.kind <> 2 or m.joined = 1)
        order by r.name_key limit ?3
        """;

    // Two ranges, so that the cost depends on what the user may see and not on everybody's private rooms.
    private const string Visible = $"""
        select * from (
            select {Columns}
            from rooms r left join memberships m on m.room_id = r.id and m.user_id = ?1
            where r.kind = 0 and r.deleted_at = 0 and r.name_key > ?2 and coalesce(m.banned_until, 0) <= ?4
            order by r.name_key limit ?3) as public_rooms
        union all
        select * from (
            select {Columns}
            from memberships m cross join rooms r
            where m.user_id = ?1 and r.id = m.room_id and m.joined = 1
                and m.banned_until <= ?4 and r.kind <> 0 and r.deleted_at = 0
                and r.name_key > ?2
            order by r.name_key limit ?3) as joined_rooms
        order by 3 limit ?3
        """;

    private const string Joined = $"""
        select {Columns}
        from memberships m cross join rooms r
        where m.user_id = ?1 and r.id = m.room_id and m.joined = 1
            and m.banned_until <= ?4 and r.deleted_at = 0 and r.name_key > ?2
        order by r.name_key limit ?3
        """;

    // Condemned rooms have lost their name.
    private const string Deleted = $"""
        select {Columns}
        from memberships m cross join rooms r
        where m.user_id = ?1 and r.id = m.room_id and m.joined = 1 and m.role = 2
            and m.banned_until <= ?4 and r.deleted_at > 0 and r.kind <> 2 and r.name_key > ?2
        order by r.name_key limit ?3
        """;

    private const string EveryDeleted = $"""
        select {Columns}
        from rooms r left join memberships m on m.room_id = r.id and m.user_id = ?1
        where r.deleted_at > 0 and r.kind <> 2 and r.name_key > ?2
        order by r.name_key limit ?3
        """;

    private const string Roster = $"""
        select m.user_id, u.name, m.joined_at, u.title, {RoomRows.MemberColumns}
        from memberships m cross join users u
        where m.room_id = ?1 and u.id = m.user_id and m.user_id > ?2 and (m.joined = 1 or m.banned_until > ?4)
        order by m.user_id limit ?3
        """;

    private static readonly Dictionary<string, string> Backwards =
        new[] { Every, Visible, Joined, Deleted, EveryDeleted, Roster }.ToDictionary(static sql => sql, Reverse);

    /// <summary>As <see cref="IRoomStore.ListRoomsAsync"/>.</summary>
    public static IReadOnlyList<RoomListing> Read(SqlSession session, RoomQuery query)
    {
        var sql = (query.Show, query.All) switch
        {
            (RoomShow.Joined, _) => Joined,
            (RoomShow.Deleted, true) => EveryDeleted,
            (RoomShow.Deleted, false) => Deleted,
            (_, true) => Every,
            _ => Visible,
        };
        var statement = session.Prepare(query.IsBack ? Backwards[sql] : sql)
            .Bind(1, query.UserId)
            .Bind(2, query.Key)
            .Bind(3, query.Limit);
        if (sql.Contains("?4", StringComparison.Ordinal))
        {
            statement.Bind(4, query.Now);
        }

        List<RoomListing> rooms = [];
        while (statement.Step())
        {
            rooms.Add(new RoomListing(
                RoomRows.ReadRoom(statement), RoomRows.ReadMembership(statement, RoomRows.MemberColumn)));
        }

        for (var index = 0; index < rooms.Count; index++)
        {
            rooms[index] = RoomRows.WithPeople(session, rooms[index]);
        }

        return rooms;
    }

    /// <summary>As <see cref="IRoomStore.ListRosterAsync"/>.</summary>
    public static IReadOnlyList<RosterRow> ReadRoster(
        SqlSession session, long roomId, long userId, bool isBack, int limit, long now)
    {
        List<RosterRow> rows = [];
        var statement = session.Prepare(isBack ? Backwards[Roster] : Roster)
            .Bind(1, roomId)
            .Bind(2, userId)
            .Bind(3, limit)
            .Bind(4, now);
        while (statement.Step())
        {
            rows.Add(new RosterRow(
                statement.Int64(0), statement.Text(1), RoomRows.ReadMembership(statement, 4), statement.Int64(2))
            {
                Title = statement.IsNull(3) ? null : statement.Text(3),
            });
        }

        return rows;
    }

    private static string Reverse(string sql) => sql
        .Replace("name_key > ?2", "name_key < ?2", StringComparison.Ordinal)
        .Replace("user_id > ?2", "user_id < ?2", StringComparison.Ordinal)
        .Replace(" limit ?3", " desc limit ?3", StringComparison.Ordinal);
}
