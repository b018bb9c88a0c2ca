using System.Globalization;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Checks one room: two passes in key order, constant memory.</summary>
internal sealed class VerifyRoom(
    SqlSession session, VerifyRoom.Ends room, VerifyCounts counts, List<string> problems)
{
    /// <summary>Rows of one statement: an engine may hold all of them at once.</summary>
    private const int PageRows = 5000;

    /// <summary>The row of a room as far as a check needs it.</summary>
    internal sealed record Ends(
        long Id, string Name, string Epoch, long LastOffset, long LastSeq, long LastAt, long FloorOffset,
        long FloorSeq);

    public static List<Ends> List(SqlSession session)
    {
        const string Sql = """
            select id, name, epoch, last_offset, last_seq, last_at, floor_offset, floor_seq from rooms order by id
            """;

        var rooms = new List<Ends>();
        var statement = session.Prepare(Sql);
        while (statement.Step())
        {
            rooms.Add(new Ends(
                statement.Int64(0), statement.Text(1), statement.Text(2), statement.Int64(3), statement.Int64(4),
                statement.Int64(5), statement.Int64(6), statement.Int64(7)));
        }

        return rooms;
    }

    public void Check()
    {
        if (room.Epoch.Length == 0 || room.Epoch.Contains('-', StringComparison.Ordinal))
        {
            Add($"has the epoch '{room.Epoch}', which is no token.");
        }

        if (room.FloorOffset < 1 || room.FloorOffset > room.LastOffset + 1)
        {
            Add($"has its floor at offset {room.FloorOffset}, outside its log that ends at {room.LastOffset}.");
        }

        if (room.FloorSeq < 1 || room.FloorSeq > room.LastSeq + 1)
        {
            Add($"has its floor at message {room.FloorSeq}, outside its messages that end at {room.LastSeq}.");
        }

        CheckEvents();
        CheckMessages();
        CheckReads();
    }

    private void CheckEvents()
    {
        const string Sql = """
            select log_offset, kind, seq, at from room_events
            where room_id = ?1 and log_offset >= ?2 order by log_offset limit ?3
            """;

        var (expected, seq, at) = (room.FloorOffset, room.FloorSeq, 0L);
        foreach (var statement in Pages(Sql, room.FloorOffset))
        {
            counts.AddEvent();
            var offset = statement.Int64(0);
            if (offset != expected)
            {
                Add($"lacks events {expected} to {offset - 1}.");
            }

            if (statement.Int64(1) == (long)EventKind.Message)
            {
                if (statement.Int64(2) != seq)
                {
                    Add($"has message {statement.Int64(2)} at event {offset} where message {seq} belongs.");
                }

                seq = statement.Int64(2) + 1;
            }

            if (statement.Int64(3) < at)
            {
                Add($"goes back in time at event {offset}.");
            }

            (expected, at) = (offset + 1, statement.Int64(3));
        }

        Compare("offset", room.LastOffset, expected - 1);
        Compare("message number", room.LastSeq, seq - 1);
        if (expected > room.FloorOffset && at != room.LastAt)
        {
            Add($"says that its last event is of {room.LastAt}, but it is of {at}.");
        }
    }

    private void CheckMessages()
    {
        const string Sql = """
            select m.seq, m.log_offset, m.at, m.text_id is null, m.erased_at is null, m.key is null,
                t.key_hash is null, e.kind, e.seq, e.at, e.actor_id = m.author_id, t.dead
            from messages m
                left join room_events e on e.room_id = m.room_id and e.log_offset = m.log_offset
                left join texts t on t.id = m.text_id
            where m.room_id = ?1 and m.seq >= ?2 order by m.seq limit ?3
            """;

        var expected = room.FloorSeq;
        foreach (var statement in Pages(Sql, room.FloorSeq))
        {
            counts.AddMessage();
            var seq = statement.Int64(0);
            if (seq != expected)
            {
                Add($"lacks messages {expected} to {seq - 1}.");
            }

            expected = seq + 1;
            var hasEvent = !statement.IsNull(7) && statement.Int64(7) == (long)EventKind.Message
                && statement.Int64(8) == seq && statement.Int64(9) == statement.Int64(2) && statement.Int64(10) != 0;
            if (!hasEvent)
            {
                Add($"has message {seq} without its event {statement.Int64(1)}.");
            }

            var (isErased, hasKey, hasHash) =
                (statement.Int64(3) != 0, statement.Int64(5) == 0, statement.Int64(6) == 0);
            if (!isErased && (statement.IsNull(11) || statement.Int64(11) != 0))
            {
                Add($"has message {seq} without its text.");
            }

            if (isErased == (statement.Int64(4) != 0) || hasHash != (hasKey && !isErased))
            {
                Add($"has message {seq} half erased.");
            }
        }

        Compare("message", room.LastSeq, expected - 1);
    }

    private void CheckReads()
    {
        const string Sql = """
            select user_id, read_seq from memberships where room_id = ?1 and (read_seq > ?2 or read_seq < 0)
            limit ?3
            """;

        var statement = session.Prepare(Sql).Bind(1, room.Id).Bind(2, room.LastSeq).Bind(3, PageRows);
        while (statement.Step())
        {
            Add($"has user {statement.Int64(0)} read up to message {statement.Int64(1)}, which does not exist.");
        }
    }

    /// <summary>The statement at each of its rows, which come in the order of their first column.</summary>
    private IEnumerable<SqlStatement> Pages(string sql, long first)
    {
        int count;
        do
        {
            count = 0;
            var last = first;
            for (var row = session.Prepare(sql).Bind(1, room.Id).Bind(2, first).Bind(3, PageRows); row.Step(); count++)
            {
                last = row.Int64(0);
                yield return row;
            }

            first = last + 1;
        }
        while (count == PageRows);
    }

    private void Compare(string what, long said, long found)
    {
        if (said != found)
        {
            Add($"says that its last {what} is {said}, but it is {found}.");
        }
    }

    private void Add(FormattableString problem) => problems.Add(
        $"Room {room.Name} {problem.ToString(CultureInfo.InvariantCulture)}");
}
