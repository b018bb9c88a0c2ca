using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Reads what stands between the messages of a page. Runs in the snapshot of its caller.</summary>
internal static class NoticeReader
{
    /// <summary>
    /// Events of the log that one read looks at: edits and reactions to a page's messages may be many more than its
    /// notices, and nothing tells them apart without a look.
    /// </summary>
    private const int MaxScanned = 5000;

    public static void Read(
        SqlSession session, UserNames names, long roomId, (byte[] Name, LogEnds Ends) room, long firstSeq,
        long lastSeq, int limit, IEventSink sink)
    {
        const string Sql = """
            select log_offset, kind, actor_id, at, detail from (
                select * from room_events where room_id = ?1 and log_offset between ?2 and ?3
                order by log_offset desc limit ?5) as scanned
            where kind >= ?6 order by log_offset desc limit ?4
            """;

        var ends = room.Ends;
        var first = firstSeq <= ends.FloorSeq ? ends.FloorOffset : OffsetOf(session, roomId, firstSeq);
        var last = lastSeq >= ends.LastSeq ? ends.LastOffset : OffsetOf(session, roomId, lastSeq + 1);
        var statement = session.Prepare(Sql)
            .Bind(1, roomId).Bind(2, first).Bind(3, last).Bind(4, limit).Bind(5, MaxScanned)
            .Bind(6, (long)EventKind.Join);
        while (statement.Step())
        {
            var offset = statement.Int64(0);
            var view = new RoomEventView
            {
                Kind = (EventKind)statement.Int64(1),
                Room = room.Name,
                Offset = offset,
                Seq = LogSearch.FirstMessageOf(session, roomId, ends.FloorSeq, ends.LastSeq + 1, offset) - 1,
                At = statement.Int64(3),
                Actor = names.Find(session, statement.Int64(2)),
                Detail = statement.Bytes(4),
            };
            if (!sink.OnEvent(in view))
            {
                return;
            }
        }
    }

    private static long OffsetOf(SqlSession session, long roomId, long seq)
    {
        const string Sql = "select log_offset from messages where room_id = ?1 and seq = ?2";

        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, seq);
        return statement.Step() ? statement.Int64(0) : 0;
    }
}
