using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Applies batches of appends inside the writer's transaction. Used by the writer's thread only.</summary>
/// <remarks>
/// Keeps the ends of the rooms it wrote last: the writer is alone, so they cannot change behind it. Whatever ends a
/// transaction without a commit, and whatever else changes a room's row, makes it forget them.
/// </remarks>
internal sealed class RoomAppender(TextRows texts)
{
    private const int MaxTails = 10_000;

    private readonly Dictionary<long, RoomTail> _tails = [];
    private readonly List<RoomTail> _changed = [];
    private AppendResult[] _results = [];

    /// <summary>True when the last batch erased or cleared text.</summary>
    public bool HasErased { get; private set; }

    /// <summary>Writes the batch; the outcomes stay here until <see cref="Settle"/>.</summary>
    public void Apply(SqliteSession session, IReadOnlyList<Append> batch, long now)
    {
        HasErased = false;
        _changed.Clear();
        if (_results.Length < batch.Count)
        {
            _results = new AppendResult[Math.Max(batch.Count, 2 * _results.Length)];
        }

        for (var index = 0; index < batch.Count; index++)
        {
            var append = batch[index];
            _results[index] = FindTail(session, append.RoomId) is { } tail
                ? Apply(session, append, tail, now)
                : new AppendResult(AppendOutcome.NoSuchRoom, 0, 0, 0, 0);
        }

        foreach (var tail in _changed)
        {
            SaveTail(session, tail);
        }
    }

    /// <summary>After the transaction: hands out the outcomes, or forgets all of it.</summary>
    public void Settle(IReadOnlyList<Append> batch, bool committed)
    {
        if (!committed)
        {
            Forget();
            return;
        }

        for (var index = 0; index < batch.Count; index++)
        {
            var append = batch[index];
            ref readonly var result = ref _results[index];
            append.Offset = result.Offset;
            append.Seq = result.Seq;
            append.At = result.At;
            append.Rev = result.Rev;
            append.Outcome = result.Outcome;
        }
    }

    /// <summary>Drops what is known of every room: something else changed or may have changed a row.</summary>
    public void Forget()
    {
        _tails.Clear();
        _changed.Clear();
        texts.Forget();
    }

    private AppendResult Apply(SqliteSession session, Append append, RoomTail tail, long now)
    {
        var at = Math.Max(now, tail.LastAt);
        if (append.IfOffset is { } expected && expected != tail.LastOffset)
        {
            // A retry of a conditional publish that succeeded finds its own event in the way: that is a duplicate.
            var earlier = append is { Kind: EventKind.Message, Key: not null } ? FindByKey(session, append) : null;
            return earlier ?? new AppendResult(AppendOutcome.OffsetMismatch, 0, 0, 0, 0);
        }

        return append.Kind switch
        {
            EventKind.Message => AddMessage(session, append, tail, at),
            EventKind.Edit or EventKind.Erase or EventKind.React => ChangeMessage(session, append, tail, at),
            _ => AddOther(session, append, tail, at),
        };
    }

    private AppendResult AddMessage(SqliteSession session, Append append, RoomTail tail, long at)
    {
        const string Insert = """
            insert into messages (room_id, seq, log_offset, author_id, at, rev, key, text_id)
            values (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
            on conflict (room_id, author_id, key) where key is not null do nothing
            """;

        var seq = tail.LastSeq + 1;
        var statement = session.Prepare(Insert)
            .Bind(1, append.RoomId)
            .Bind(2, seq)
            .Bind(3, tail.LastOffset + 1)
            .Bind(4, append.ActorId)
            .Bind(5, at)
            .Bind(7, texts.NextId(session));
        _ = append.Key is null ? statement.BindNull(6) : statement.BindAscii(6, append.Key);
        if (statement.Run() == 0)
        {
            // It cannot be absent: only the key's index makes the insert do nothing.
            return FindByKey(session, append)!.Value;
        }

        texts.Add(session, append.Data.Span, hasKey: append.Key is not null);
        tail.LastSeq = seq;
        return AddEvent(session, append, tail, at, seq, rev: 1);
    }

    /// <summary>The earlier use of the key, as a duplicate or a conflict; null for none.</summary>
    private static AppendResult? FindByKey(SqliteSession session, Append append)
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
        var isSame = statement.IsNull(4) || TextRows.IsHashOf(statement.Bytes(4), append.Data.Span);
        var result = isSame
            ? new AppendResult(
                AppendOutcome.Duplicate,
                statement.Int64(0), statement.Int64(1), statement.Int64(2), (int)statement.Int64(3))
            : new AppendResult(AppendOutcome.Conflict, 0, 0, 0, 0);
        statement.Reset();
        return result;
    }

    private AppendResult ChangeMessage(SqliteSession session, Append append, RoomTail tail, long at)
    {
        const string Find = """
            select author_id, rev, text_id from messages where room_id = ?1 and seq = ?2
            """;

        var seq = append.TargetSeq;
        var statement = session.Prepare(Find).Bind(1, append.RoomId).Bind(2, seq);
        if (seq < tail.FloorSeq || seq > tail.LastSeq || !statement.Step() || statement.IsNull(2))
        {
            return new AppendResult(AppendOutcome.NoSuchMessage, 0, 0, 0, 0);
        }

        var authorId = statement.Int64(0);
        var rev = (int)statement.Int64(1);
        var textId = statement.Int64(2);
        statement.Reset();
        if (append.OwnOnly && authorId != append.ActorId && append.Kind != EventKind.React)
        {
            return new AppendResult(AppendOutcome.NotAuthor, 0, 0, 0, 0);
        }

        switch (append.Kind)
        {
            case EventKind.Edit:
                rev++;
                Edit(session, append, textId, rev);
                break;
            case EventKind.Erase:
                Erase(session, append, textId, at);
                AuditRows.Add(session, append, authorId, at);
                break;
            default:
                if (append.Change is RoomChange.OfReaction reaction && !React(session, append, reaction, at))
                {
                    return new AppendResult(AppendOutcome.Unchanged, 0, seq, 0, rev);
                }

                break;
        }

        return AddEvent(session, append, tail, at, seq, rev);
    }

    private void Edit(SqliteSession session, Append append, long textId, int rev)
    {
        const string Sql = "update messages set text_id = ?3, rev = ?4 where room_id = ?1 and seq = ?2";

        session.Prepare(Sql)
            .Bind(1, append.RoomId).Bind(2, append.TargetSeq).Bind(3, texts.NextId(session)).Bind(4, rev).Run();
        texts.Replace(session, textId, append.Data.Span);
    }

    private void Erase(SqliteSession session, Append append, long textId, long at)
    {
        const string Blank = """
            update messages set text_id = null, erased_by = ?3, erased_at = ?4 where room_id = ?1 and seq = ?2
            """;
        const string Unreact = "delete from reactions where room_id = ?1 and seq = ?2";

        session.Prepare(Blank)
            .Bind(1, append.RoomId).Bind(2, append.TargetSeq).Bind(3, append.ActorId).Bind(4, at).Run();
        texts.Bury(session, textId);
        session.Prepare(Unreact).Bind(1, append.RoomId).Bind(2, append.TargetSeq).Run();
        HasErased = true;
    }

    /// <summary>False when the reaction already is as asked.</summary>
    private static bool React(SqliteSession session, Append append, RoomChange.OfReaction reaction, long at)
    {
        const string Add = """
            insert into reactions (room_id, seq, user_id, emoji, at) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing
            """;
        const string Remove = """
            delete from reactions where room_id = ?1 and seq = ?2 and user_id = ?3 and emoji = ?4
            """;

        var statement = session.Prepare(reaction.On ? Add : Remove)
            .Bind(1, append.RoomId).Bind(2, append.TargetSeq).Bind(3, append.ActorId).Bind(4, reaction.Emoji);
        if (reaction.On)
        {
            statement.Bind(5, at);
        }

        return statement.Run() > 0;
    }

    private AppendResult AddOther(SqliteSession session, Append append, RoomTail tail, long at)
    {
        if (append.Change is RoomChange.OfMember { EndsOwnership: true } leaving
            && RoomRows.IsLastOwner(session, append.RoomId, leaving.UserId))
        {
            return new AppendResult(AppendOutcome.LastOwner, 0, 0, 0, 0);
        }

        var result = AddEvent(session, append, tail, at, append.TargetSeq, rev: 0);
        switch (append.Change)
        {
            case RoomChange.OfMember member:
                RoomRows.ChangeMember(session, append.RoomId, member, at);
                break;
            case RoomChange.OfSettings settings:
                RoomRows.ChangeSettings(session, append.RoomId, settings);
                break;
            case RoomChange.OfClear:
                tail.FloorOffset = result.Offset;
                tail.FloorSeq = tail.LastSeq + 1;
                RoomRows.SetFloorWhy(session, append.RoomId, "cleared");
                break;
        }

        AuditRows.Add(session, append, authorId: 0, at);

        return result;
    }

    private AppendResult AddEvent(SqliteSession session, Append append, RoomTail tail, long at, long seq, int rev)
    {
        const string Sql = """
            insert into room_events (room_id, log_offset, kind, seq, actor_id, at, rev, detail)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """;

        tail.LastOffset++;
        tail.LastAt = at;
        if (!tail.IsChanged)
        {
            tail.IsChanged = true;
            _changed.Add(tail);
        }

        var statement = session.Prepare(Sql)
            .Bind(1, append.RoomId)
            .Bind(2, tail.LastOffset)
            .Bind(3, (long)append.Kind)
            .Bind(4, seq)
            .Bind(5, append.ActorId)
            .Bind(6, at)
            .Bind(7, rev);
        _ = append.Detail.IsEmpty ? statement.BindNull(8) : statement.BindBlob(8, append.Detail.Span);
        statement.Run();
        return new AppendResult(AppendOutcome.Committed, tail.LastOffset, seq, at, rev);
    }

    private RoomTail? FindTail(SqliteSession session, long roomId)
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
            _changed.ForEach(changed => _tails[changed.RoomId] = changed);
        }

        _tails[roomId] = tail;
        return tail;
    }

    private static void SaveTail(SqliteSession session, RoomTail tail)
    {
        const string Sql = """
            update rooms
            set last_offset = ?2, last_seq = ?3, last_at = ?4, floor_offset = ?5, floor_seq = ?6
            where id = ?1
            """;

        session.Prepare(Sql)
            .Bind(1, tail.RoomId)
            .Bind(2, tail.LastOffset)
            .Bind(3, tail.LastSeq)
            .Bind(4, tail.LastAt)
            .Bind(5, tail.FloorOffset)
            .Bind(6, tail.FloorSeq)
            .Run();
        tail.IsChanged = false;
    }
}
