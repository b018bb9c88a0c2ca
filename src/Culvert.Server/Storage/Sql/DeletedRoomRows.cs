using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Takes deleted rooms apart. Each method runs in the transaction of its caller.</summary>
internal static class DeletedRoomRows
{
    /// <summary>Those deleted before this time, condemned ones that are not erased yet among them.</summary>
    public static IReadOnlyList<DeletedRoom> List(SqlSession session, long before)
    {
        const string Sql = """
            select id, name_key from rooms where deleted_at > 0 and deleted_at < ?1 order by id
            """;

        List<DeletedRoom> rooms = [];
        for (var statement = session.Prepare(Sql).Bind(1, before); statement.Step();)
        {
            rooms.Add(new DeletedRoom(statement.Int64(0), statement.Text(1)));
        }

        return rooms;
    }

    /// <summary>
    /// Gives the room a key that no name has, and puts its floors behind all there is, so that trimming takes it.
    /// </summary>
    public static bool Condemn(SqlSession session, long roomId, long before)
    {
        const string Sql = """
            update rooms set
                name_key = '#' || id,
                floor_offset = last_offset + 1,
                floor_seq = last_seq + 1
            where id = ?1 and deleted_at > 0 and deleted_at < ?2
            """;

        return session.Prepare(Sql).Bind(1, roomId).Bind(2, before).Run() > 0;
    }

    /// <summary>Deletes what trimming has left: memberships first, the room last. True while more is left.</summary>
    public static bool Erase(SqlSession session, long roomId, int limit)
    {
        const string Members = """
            delete from memberships where room_id = ?1 and user_id in (
                select user_id from memberships where room_id = ?1 order by user_id limit ?2)
            """;
        const string Room = "delete from rooms where id = ?1 and name_key = '#' || id";

        if (session.Prepare(Members).Bind(1, roomId).Bind(2, limit).Run() == limit)
        {
            return true;
        }

        session.Prepare(Room).Bind(1, roomId).Run();
        return false;
    }
}
