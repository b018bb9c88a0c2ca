namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Binary searches over the contiguous numbers of a log: about 20 look-ups in a million rows, no index.
/// </summary>
internal static class LogSearch
{
    private const string MessageTime = "select at from messages where room_id = ?1 and seq = ?2";
    private const string MessageOffset = "select log_offset from messages where room_id = ?1 and seq = ?2";
    private const string EventTime = "select at from room_events where room_id = ?1 and log_offset = ?2";

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
        var statement = session.Prepare(sql);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var found = statement.Bind(1, roomId).Bind(2, middle).Step();
            if (found && statement.Int64(0) < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }

            statement.Reset();
        }

        return low;
    }
}
