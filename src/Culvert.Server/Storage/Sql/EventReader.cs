using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Reads stretches of a log into a sink: catch-up. Runs in the snapshot of its caller.</summary>
/// <remarks>
/// The texts of messages come from a second cursor that walks the messages beside the log: both are in order, so no
/// event costs a look-up of its own. Only edits look theirs up.
/// </remarks>
internal static class EventReader
{
    /// <summary>Some engines hand over all rows of a statement at once, and texts may be long.</summary>
    private const int MessagesAtOnce = 100;

    public static void Read(
        SqlSession session, UserNames names, long roomId, (byte[] Name, LogEnds Ends) room, long fromOffset,
        int limit, IEventSink sink)
    {
        const string Events = """
            select log_offset, kind, seq, actor_id, at, rev, detail from room_events
            where room_id = ?1 and log_offset >= ?2 order by log_offset limit ?3
            """;
        const string Messages = """
            select m.seq, m.rev, m.key, t.body from messages m left join texts t on t.id = m.text_id
            where m.room_id = ?1 and m.seq >= ?2 order by m.seq limit ?3
            """;
        const string Message = """
            select m.seq, m.rev, m.key, t.body from messages m left join texts t on t.id = m.text_id
            where m.room_id = ?1 and m.seq = ?2
            """;

        var events = session.Prepare(Events)
            .Bind(1, roomId).Bind(2, Math.Max(fromOffset, room.Ends.FloorOffset)).Bind(3, limit);
        var messages = session.Prepare(Messages);
        var edited = session.Prepare(Message);
        var walking = false;
        long actorId = 0;
        byte[] actor = [];
        while (events.Step())
        {
            var seq = events.Int64(2);
            var kind = (EventKind)events.Int64(1);
            SqlStatement? text = null;
            if (kind == EventKind.Message)
            {
                if (!walking || !messages.Step())
                {
                    walking = messages.Bind(1, roomId).Bind(2, seq).Bind(3, Math.Min(limit, MessagesAtOnce)).Step();
                }

                text = walking && messages.Int64(0) == seq ? messages : throw Broken(room, seq);
            }
            else if (kind == EventKind.Edit)
            {
                edited.Reset();
                text = seq >= room.Ends.FloorSeq && edited.Bind(1, roomId).Bind(2, seq).Step() ? edited : null;
            }

            if (events.Int64(3) != actorId)
            {
                actorId = events.Int64(3);
                actor = names.Find(session, actorId);
            }

            if (!Send(sink, room.Name, events, kind, seq, actor, text))
            {
                return;
            }
        }
    }

    private static bool Send(
        IEventSink sink, byte[] roomName, SqlStatement events, EventKind kind, long seq, byte[] actor,
        SqlStatement? text)
    {
        var hasText = kind is EventKind.Message or EventKind.Edit;
        var view = new RoomEventView
        {
            Kind = kind,
            Room = roomName,
            Offset = events.Int64(0),
            Seq = seq,
            At = events.Int64(4),
            Actor = actor,
            Key = kind == EventKind.Message && text is not null ? text.Bytes(2) : default,
            Data = text is not null ? text.Bytes(3) : default,
            Rev = kind == EventKind.Message && text is not null ? (int)text.Int64(1) : (int)events.Int64(5),
            Erased = hasText && (text is null || text.IsNull(3)),
            Detail = events.Bytes(6),
        };
        return sink.OnEvent(in view);
    }

    private static StoreException Broken((byte[] Name, LogEnds Ends) room, long seq) => new(
        $"The log of room {System.Text.Encoding.UTF8.GetString(room.Name)} has no row for its message {seq}: "
        + "run culvert verify.",
        full: false,
        inner: null);
}
