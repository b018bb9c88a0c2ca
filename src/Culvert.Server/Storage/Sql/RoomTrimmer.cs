using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Moves floors as retention asks and deletes what is below them. Runs in the transaction of its caller.
/// </summary>
internal sealed class RoomTrimmer(RoomTexts texts)
{
    /// <summary>One step; <see cref="TrimResult.More"/> while rows below the floor remain.</summary>
    public TrimResult Trim(SqlSession session, long roomId, long now, int limit)
    {
        if (RoomRows.FindEnds(session, roomId) is not var (_, ends))
        {
            return new TrimResult(RoomRows.NoEnds, false);
        }

        ends = MoveFloor(session, roomId, ends, now);
        var left = limit;
        left -= DeleteReactions(session, roomId, ends.FloorSeq, left);
        left -= DeleteMessages(session, roomId, ends.FloorSeq, left);
        DeleteEvents(session, roomId, ends.FloorOffset, left);
        return new TrimResult(ends, HasRows(session, roomId, ends));
    }

    /// <summary>Ids of rooms with a retention setting or with rows below their floor.</summary>
    public static IReadOnlyList<long> List(SqlSession session)
    {
        const string Sql = """
            select r.id from rooms r
            where r.retain_milliseconds > 0 or r.retain_events > 0
                or exists (select 1 from room_events e where e.room_id = r.id and e.log_offset < r.floor_offset)
                or exists (select 1 from messages m where m.room_id = r.id and m.seq < r.floor_seq)
                or exists (select 1 from reactions x where x.room_id = r.id and x.seq < r.floor_seq)
            order by r.id
            """;

        var rooms = new List<long>();
        for (var statement = session.Prepare(Sql); statement.Step();)
        {
            rooms.Add(statement.Int64(0));
        }

        return rooms;
    }

    private static LogEnds MoveFloor(SqlSession session, long roomId, LogEnds ends, long now)
    {
        const string Find = "select retain_milliseconds, retain_events from rooms where id = ?1";
        const string Update = """
            update rooms set floor_offset = ?2, floor_seq = ?3, floor_why = 'retention' where id = ?1
            """;

        var statement = session.Prepare(Find).Bind(1, roomId);
        statement.Step();
        var (age, count) = (statement.Int64(0), statement.Int64(1));
        statement.Reset();
        var floor = ends.FloorOffset;
        if (count > 0)
        {
            floor = Math.Max(floor, ends.LastOffset - count + 1);
        }

        if (age > 0)
        {
            floor = LogSearch.FirstEventAt(session, roomId, floor, ends.LastOffset + 1, now - age);
        }

        if (floor == ends.FloorOffset)
        {
            return ends;
        }

        var seq = LogSearch.FirstMessageOf(session, roomId, ends.FloorSeq, ends.LastSeq + 1, floor);
        session.Prepare(Update).Bind(1, roomId).Bind(2, floor).Bind(3, seq).Run();
        return ends with { FloorOffset = floor, FloorSeq = seq, FloorWhy = "retention" };
    }

    private static int DeleteReactions(SqlSession session, long roomId, long floorSeq, int limit)
    {
        const string Sql = """
            delete from reactions where (room_id, seq, emoji, user_id) in (
                select room_id, seq, emoji, user_id from reactions
                where room_id = ?1 and seq < ?2 order by seq, emoji, user_id limit ?3)
            """;

        return session.Prepare(Sql).Bind(1, roomId).Bind(2, floorSeq).Bind(3, limit).Run();
    }

    private int DeleteMessages(SqlSession session, long roomId, long floorSeq, int limit)
    {
        const string Find = """
            select count(*), coalesce(max(seq), 0) from (
                select seq from messages where room_id = ?1 and seq < ?2 order by seq limit ?3) as found
            """;
        const string Delete = "delete from messages where room_id = ?1 and seq <= ?2";

        var statement = session.Prepare(Find).Bind(1, roomId).Bind(2, floorSeq).Bind(3, limit);
        statement.Step();
        var (count, lastSeq) = ((int)statement.Int64(0), statement.Int64(1));
        statement.Reset();
        texts.BuryUpTo(session, roomId, lastSeq);
        session.Prepare(Delete).Bind(1, roomId).Bind(2, lastSeq).Run();
        return count;
    }

    private static void DeleteEvents(SqlSession session, long roomId, long floorOffset, int limit)
    {
        const string Sql = """
            delete from room_events where room_id = ?1 and log_offset < ?2 and log_offset < ?3 + (
                select log_offset from room_events where room_id = ?1 order by log_offset limit 1)
            """;

        session.Prepare(Sql).Bind(1, roomId).Bind(2, floorOffset).Bind(3, limit).Run();
    }

    private static bool HasRows(SqlSession session, long roomId, LogEnds ends)
    {
        const string Sql = """
            select exists (select 1 from room_events where room_id = ?1 and log_offset < ?2)
                or exists (select 1 from messages where room_id = ?1 and seq < ?3)
                or exists (select 1 from reactions where room_id = ?1 and seq < ?3)
            """;

        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, ends.FloorOffset).Bind(3, ends.FloorSeq);
        statement.Step();
        return statement.Int64(0) != 0;
    }
}
