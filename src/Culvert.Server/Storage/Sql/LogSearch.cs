namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Binary searches over the contiguous numbers of a log: about 20 look-ups in a million rows, no index, one statement.
/// </summary>
internal static class LogSearch
{
    // The row in the middle, or one that is not below the wanted value where there is none.
    private const string Step = """
         < ?4 then (low + high) / 2 + 1 else low end,
            case when coalesce(
        """;

    private const string Begin = """
        with recursive step (low, high) as (
            select ?2, ?3
            union all
            select case when coalesce(
        """;

    private const string End = """
         < ?4 then high else (low + high) / 2 end
            from step where low < high)
        select low from step where low >= high
        """;

    private const string MessageTimeAt =
        " (select at from messages where room_id = ?1 and seq = (low + high) / 2), ?4)";

    private const string MessageOffsetAt =
        " (select log_offset from messages where room_id = ?1 and seq = (low + high) / 2), ?4)";

    private const string EventTimeAt =
        " (select at from room_events where room_id = ?1 and log_offset = (low + high) / 2), ?4)";

    private const string MessageTime = Begin + MessageTimeAt + Step + MessageTimeAt + End;
    private const string MessageOffset = Begin + MessageOffsetAt + Step + MessageOffsetAt + End;
    private const string EventTime = Begin + EventTimeAt + Step + EventTimeAt + End;

    /// <summary>The first message of [floor, end) at or after the time; end for none.</summary>
    public static long FirstMessageAt(SqlSession session, long roomId, long floor, long end, long at) =>
        First(session, MessageTime, roomId, floor, end, at);

    /// <summary>The first message of [floor, end) whose event has this offset or a later one; end for none.</summary>
    public static long FirstMessageOf(SqlSession session, long roomId, long floor, long end, long offset) =>
        First(session, MessageOffset, roomId, floor, end, offset);

    /// <summary>The first event of [floor, end) at or after the time; end for none.</summary>
    public static long FirstEventAt(SqlSession session, long roomId, long floor, long end, long at) =>
        First(session, EventTime, roomId, floor, end, at);

    private static long First(SqlSession session, string sql, long roomId, long low, long high, long wanted)
    {
        var statement = session.Prepare(sql).Bind(1, roomId).Bind(2, low).Bind(3, high).Bind(4, wanted);
        var found = statement.Step() ? statement.Int64(0) : low;
        statement.Reset();
        return found;
    }
}
