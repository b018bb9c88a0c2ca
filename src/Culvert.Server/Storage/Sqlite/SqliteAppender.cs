using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Appends row by row: a statement of SQLite costs little beside what it writes.</summary>
/// <remarks>
/// Keeps the ends of the rooms it wrote last: the writer is alone, so they cannot change behind it. Whatever ends a
/// transaction without a commit, and whatever else changes a room's row, makes it forget them.
/// </remarks>
internal sealed class SqliteAppender(SqliteTexts texts) : RoomAppender(texts)
{
    private const int MaxTails = 10_000;

    private readonly Dictionary<long, RoomTail> _tails = [];

    public override void Forget()
    {
        _tails.Clear();
        base.Forget();
    }

    protected override void Begin(SqlSession session, IReadOnlyList<Append> batch)
    {
        // Everything is looked up when it is needed.
    }

    protected override RoomTail? FindTail(SqlSession session, long roomId)
    {
        const string Sql = "select last_offset, last_seq, last_at, floor_offset, floor_seq from rooms where id = ?1";

        if (_tails.TryGetValue(roomId, out var tail))
        {
            return tail;
        }

        var statement = session.Prepare(Sql).Bind(1, roomId);
        if (!statement.Step())
        {
            return null;
        }

        tail = new RoomTail
        {
            RoomId = roomId,
            LastOffset = statement.Int64(0),
            LastSeq = statement.Int64(1),
            LastAt = statement.Int64(2),
            FloorOffset = statement.Int64(3),
            FloorSeq = statement.Int64(4),
        };
        statement.Reset();
        if (_tails.Count >= MaxTails)
        {
            // Those of this batch stay in the list of changed ones, but must also be found again.
            _tails.Clear();
            foreach (var changed in Changed)
            {
                _tails[changed.RoomId] = changed;
            }
        }

        _tails[roomId] = tail;
        return tail;
    }

    protected override AppendResult? WriteMessage(SqlSession session, Append append, RoomTail tail, long at)
    {
        const string Insert = """
            insert into messages (room_id, seq, log_offset, author_id, at, rev, key, text_id)
            values (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
            on conflict (room_id, author_id, key) where key is not null do nothing
            """;

        var rows = session.Prepare(Insert)
            .Bind(1, append.RoomId)
            .Bind(2, tail.LastSeq + 1)
            .Bind(3, tail.LastOffset + 1)
            .Bind(4, append.ActorId)
            .Bind(5, at)
            .BindAscii(6, append.Key)
            .Bind(7, texts.NextId(session))
            .Run();
        if (rows == 0)
        {
            // It cannot be absent: only the key's index makes the insert do nothing.
            return FindByKey(session, append)!.Value;
        }

        texts.Add(session, append.Data.Span, hasKey: append.Key is not null);
        return null;
    }

    protected override AppendResult? FindByKey(SqlSession session, Append append)
    {
        const string Sql = """
            select m.log_offset, m.seq, m.at, m.rev, t.key_hash
            from messages m left join texts t on t.id = m.text_id
            where m.room_id = ?1 and m.author_id = ?2 and m.key = ?3 and m.key is not null
            """;

        var statement = session.Prepare(Sql).Bind(1, append.RoomId).Bind(2, append.ActorId).BindAscii(3, append.Key!);
        if (!statement.Step())
        {
            return null;
        }

        // The hash leaves with an erased text: then the key alone has to tell.
        var isSame = statement.IsNull(4) || RoomTexts.IsHashOf(statement.Bytes(4), append.Data.Span);
        var result = isSame
            ? new AppendResult(
                AppendOutcome.Duplicate,
                statement.Int64(0), statement.Int64(1), statement.Int64(2), (int)statement.Int64(3))
            : new AppendResult(AppendOutcome.Conflict, 0, 0, 0, 0);
        statement.Reset();
        return result;
    }

    protected override void WriteEvent(SqlSession session, Append append, RoomTail tail, long seq, int rev)
    {
        const string Plain = """
            insert into room_events (room_id, log_offset, kind, seq, actor_id, at, rev, detail)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, null)
            """;
        const string Detailed = """
            insert into room_events (room_id, log_offset, kind, seq, actor_id, at, rev, detail)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """;

        var statement = session.Prepare(append.Detail.IsEmpty ? Plain : Detailed)
            .Bind(1, append.RoomId)
            .Bind(2, tail.LastOffset)
            .Bind(3, (long)append.Kind)
            .Bind(4, seq)
            .Bind(5, append.ActorId)
            .Bind(6, tail.LastAt)
            .Bind(7, rev);
        if (!append.Detail.IsEmpty)
        {
            statement.BindBlob(8, append.Detail.Span);
        }

        statement.Run();
    }

    protected override void BeforeChange(SqlSession session, long roomId, long seq)
    {
        // Every message is written at once.
    }

    protected override void AfterChange(long roomId, long seq, int rev, bool isErased)
    {
        // Nothing is kept of it.
    }

    protected override void Finish(SqlSession session)
    {
        const string Sql = """
            update rooms
            set last_offset = ?2, last_seq = ?3, last_at = ?4, floor_offset = ?5, floor_seq = ?6
            where id = ?1
            """;

        foreach (var tail in Changed)
        {
            session.Prepare(Sql)
                .Bind(1, tail.RoomId)
                .Bind(2, tail.LastOffset)
                .Bind(3, tail.LastSeq)
                .Bind(4, tail.LastAt)
                .Bind(5, tail.FloorOffset)
                .Bind(6, tail.FloorSeq)
                .Run();
        }
    }
}
