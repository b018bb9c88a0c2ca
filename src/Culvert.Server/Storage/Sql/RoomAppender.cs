using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Applies batches of appends inside a transaction. Used by the thread that appends only.</summary>
/// <remarks>
/// What an append means is decided here, once; an engine says how ends of rooms are found and rows are written, and may
/// keep messages and events back to write many at once.
/// </remarks>
internal abstract class RoomAppender(RoomTexts texts)
{
    private readonly List<RoomTail> _changed = [];
    private AppendResult[] _results = [];

    /// <summary>The texts that go with the messages.</summary>
    public RoomTexts Texts { get; } = texts;

    /// <summary>The rooms whose ends the batch has moved so far.</summary>
    protected IReadOnlyList<RoomTail> Changed => _changed;

    /// <summary>True when the last batch erased or cleared text.</summary>
    public bool HasErased { get; private set; }

    /// <summary>Writes the batch; the outcomes stay here until <see cref="Settle"/>.</summary>
    public void Apply(SqlSession session, IReadOnlyList<Append> batch, long now)
    {
        HasErased = false;
        _changed.Clear();
        if (_results.Length < batch.Count)
        {
            _results = new AppendResult[Math.Max(batch.Count, 2 * _results.Length)];
        }

        Begin(session, batch);
        for (var index = 0; index < batch.Count; index++)
        {
            var append = batch[index];
            _results[index] = FindTail(session, append.RoomId) is { } tail
                ? Apply(session, append, tail, now)
                : new AppendResult(AppendOutcome.NoSuchRoom, 0, 0, 0, 0);
        }

        Finish(session);
        foreach (var tail in _changed)
        {
            tail.IsChanged = false;
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
    public virtual void Forget()
    {
        _changed.Clear();
        Texts.Forget();
    }

    /// <summary>Before the first append of a transaction.</summary>
    protected abstract void Begin(SqlSession session, IReadOnlyList<Append> batch);

    /// <summary>The ends of the room as this transaction sees them; null when it does not exist.</summary>
    protected abstract RoomTail? FindTail(SqlSession session, long roomId);

    /// <summary>
    /// Writes the message, as the one after the last of the room; what its key was used for before when it was.
    /// </summary>
    protected abstract AppendResult? WriteMessage(SqlSession session, Append append, RoomTail tail, long at);

    /// <summary>Writes the event, as the last of the room.</summary>
    protected abstract void WriteEvent(SqlSession session, Append append, RoomTail tail, long seq, int rev);

    /// <summary>Before a message is changed: it has to be where statements find it.</summary>
    protected abstract void BeforeChange(SqlSession session, long roomId, long seq);

    /// <summary>After a message got another revision, or its text went.</summary>
    protected abstract void AfterChange(long roomId, long seq, int rev, bool isErased);

    /// <summary>After the last append: writes what was kept back, and the ends of the <see cref="Changed"/>.</summary>
    protected abstract void Finish(SqlSession session);

    /// <summary>The earlier use of the key, as a duplicate or a conflict; null for none.</summary>
    protected abstract AppendResult? FindByKey(SqlSession session, Append append);

    private AppendResult Apply(SqlSession session, Append append, RoomTail tail, long now)
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

    private AppendResult AddMessage(SqlSession session, Append append, RoomTail tail, long at)
    {
        if (WriteMessage(session, append, tail, at) is { } earlier)
        {
            return earlier;
        }

        tail.LastSeq++;
        return AddEvent(session, append, tail, at, tail.LastSeq, rev: 1);
    }

    private AppendResult ChangeMessage(SqlSession session, Append append, RoomTail tail, long at)
    {
        const string Find = """
            select author_id, rev, text_id from messages where room_id = ?1 and seq = ?2
            """;

        var seq = append.TargetSeq;
        BeforeChange(session, append.RoomId, seq);
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
                AfterChange(append.RoomId, seq, rev, isErased: false);
                break;
            case EventKind.Erase:
                Erase(session, append, textId, at);
                AfterChange(append.RoomId, seq, rev, isErased: true);
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

    private void Edit(SqlSession session, Append append, long textId, int rev)
    {
        const string Sql = "update messages set text_id = ?3, rev = ?4 where room_id = ?1 and seq = ?2";

        var newId = Texts.Replace(session, textId, append.Data.Span);
        session.Prepare(Sql).Bind(1, append.RoomId).Bind(2, append.TargetSeq).Bind(3, newId).Bind(4, rev).Run();
    }

    private void Erase(SqlSession session, Append append, long textId, long at)
    {
        const string Blank = """
            update messages set text_id = null, erased_by = ?3, erased_at = ?4 where room_id = ?1 and seq = ?2
            """;
        const string Unreact = "delete from reactions where room_id = ?1 and seq = ?2";

        session.Prepare(Blank)
            .Bind(1, append.RoomId).Bind(2, append.TargetSeq).Bind(3, append.ActorId).Bind(4, at).Run();
        Texts.Bury(session, textId);
        session.Prepare(Unreact).Bind(1, append.RoomId).Bind(2, append.TargetSeq).Run();
        HasErased = true;
    }

    /// <summary>False when the reaction already is as asked.</summary>
    private static bool React(SqlSession session, Append append, RoomChange.OfReaction reaction, long at)
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

    private AppendResult AddOther(SqlSession session, Append append, RoomTail tail, long at)
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

    private AppendResult AddEvent(SqlSession session, Append append, RoomTail tail, long at, long seq, int rev)
    {
        tail.LastOffset++;
        tail.LastAt = at;
        if (!tail.IsChanged)
        {
            tail.IsChanged = true;
            _changed.Add(tail);
        }

        WriteEvent(session, append, tail, seq, rev);
        return new AppendResult(AppendOutcome.Committed, tail.LastOffset, seq, at, rev);
    }
}
