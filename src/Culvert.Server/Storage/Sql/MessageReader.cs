using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Reads pages of history into a sink. Runs in the snapshot of its caller.</summary>
/// <remarks>
/// Message numbers have no holes, so every page is a range worked out by arithmetic: its cost does not depend on the
/// length of the history.
/// </remarks>
internal static class MessageReader
{
    public static void Read(
        SqlSession session, UserNames names, long roomId, (byte[] Name, LogEnds Ends) room, MessagePage page,
        IEventSink sink)
    {
        const string Sql = """
            select m.seq, m.author_id, m.at, m.rev, m.key, t.body
            from messages m left join texts t on t.id = m.text_id
            where m.room_id = ?1 and m.seq between ?2 and ?3 order by m.seq
            """;

        var (first, last) = Place(session, roomId, room.Ends, page);
        if (first > last)
        {
            return;
        }

        var reactions = new ReactionReader(session, names, roomId, first, last);
        var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, first).Bind(3, last);
        while (statement.Step())
        {
            var seq = statement.Int64(0);
            var view = new RoomEventView
            {
                Kind = EventKind.Message,
                Room = room.Name,
                Offset = 0,
                Seq = seq,
                At = statement.Int64(2),
                Actor = names.Find(session, statement.Int64(1)),
                Key = statement.Bytes(4),
                Data = statement.Bytes(5),
                Rev = (int)statement.Int64(3),
                Erased = statement.IsNull(5),
                Detail = reactions.ReadFor(seq),
            };
            if (!sink.OnEvent(in view))
            {
                return;
            }
        }
    }

    /// <summary>The range of message numbers of the page; empty when the first is above the last.</summary>
    private static (long First, long Last) Place(SqlSession session, long roomId, LogEnds ends, MessagePage page)
    {
        var (floor, end, limit) = (ends.FloorSeq, ends.LastSeq + 1, page.Limit);
        switch (page.Anchor)
        {
            case PageAnchor.Latest:
                return (Math.Max(floor, end - limit), end - 1);
            case PageAnchor.Before:
                var before = Math.Clamp(page.Value, floor, end);
                return (Math.Max(floor, before - limit), before - 1);
            case PageAnchor.Around:
                // Near an end of the history the page fills up from the other side.
                var latest = Math.Max(floor, end - limit);
                var around = Math.Clamp(Math.Clamp(page.Value, floor, end) - (limit / 2), floor, latest);
                return (around, Math.Min(end, around + limit) - 1);
            default:
                var first = page.Anchor == PageAnchor.After
                    ? Math.Clamp(page.Value, floor - 1, end - 1) + 1
                    : LogSearch.FirstMessageAt(session, roomId, floor, end, page.Value);
                return (first, Math.Min(end, first + limit) - 1);
        }
    }
}
