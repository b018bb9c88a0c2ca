using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Postgres;

/// <summary>
/// Appends whole batches by a few statements: one round trip to lock and look, one to write and commit.
/// </summary>
/// <remarks>
/// The rooms of the batch are locked in the order of their ids, so two nodes never wait for each other in a circle, and
/// everything about them is read after that and kept no longer than the transaction. What a message, a key or an event
/// needs is answered from what was read and what the batch has added; only changes of messages look in the database.
/// </remarks>
internal sealed class PostgresAppender(PostgresTexts texts, Func<long> incarnation) : RoomAppender(texts)
{
    private const NpgsqlDbType Number = NpgsqlDbType.Bigint;

    private readonly Dictionary<long, RoomTail> _tails = [];
    private readonly Dictionary<(long RoomId, long AuthorId, string Key), PostgresKeyUse> _keys = [];
    private readonly HashSet<(long RoomId, long Seq)> _pending = [];

    // With each message its text and its event.
    private readonly PostgresRows _messages = new(
        $"""
        with m as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
                as u (room_id, seq, log_offset, author_id, at, text_id, key, key_hash, body)),
        t as (
            insert into texts (id, dead, key_hash, body) select text_id, 0, key_hash, body from m),
        n as (
            insert into messages (room_id, seq, log_offset, author_id, at, rev, key, text_id)
            select room_id, seq, log_offset, author_id, at, 1, key, text_id from m)
        insert into room_events (room_id, log_offset, kind, seq, actor_id, at, rev, detail)
        select room_id, log_offset, {(int)EventKind.Message}, seq, author_id, at, 1, null from m
        """,
        Number, Number, Number, Number, Number, Number, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea);

    private readonly PostgresRows _events = new(
        """
        insert into room_events (room_id, log_offset, kind, seq, actor_id, at, rev, detail)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        Number, Number, Number, Number, Number, Number, Number, NpgsqlDbType.Bytea);

    private readonly PostgresRows _ends = new(
        """
        update rooms r set
            last_offset = t.last_offset, last_seq = t.last_seq, last_at = t.last_at,
            floor_offset = t.floor_offset, floor_seq = t.floor_seq
        from unnest($1, $2, $3, $4, $5, $6) as t (id, last_offset, last_seq, last_at, floor_offset, floor_seq)
        where r.id = t.id
        """,
        Number, Number, Number, Number, Number, Number);

    protected override void Begin(SqlSession session, IReadOnlyList<Append> batch)
    {
        Clear();
        using var look = new NpgsqlBatch(((PostgresSession)session).Connection);
        var lease = incarnation();
        if (lease != 0)
        {
            look.BatchCommands.Add(Fence(lease));
        }

        look.BatchCommands.Add(LockRooms(batch));
        var keyed = batch.Where(static append => append is { Kind: EventKind.Message, Key: not null }).ToList();
        if (keyed.Count > 0)
        {
            look.BatchCommands.Add(FindKeys(keyed));
        }

        using (var reader = look.ExecuteReader())
        {
            if (lease != 0)
            {
                if (!reader.Read())
                {
                    throw new StoreException(
                        "The lease of this node is over, so it must not write until it has a new one.", false, null);
                }

                reader.NextResult();
            }

            ReadTails(reader);
            if (reader.NextResult())
            {
                ReadKeys(reader);
            }
        }

        ((PostgresSession)session).Answered();
    }

    protected override RoomTail? FindTail(SqlSession session, long roomId) => _tails.GetValueOrDefault(roomId);

    protected override AppendResult? FindByKey(SqlSession session, Append append)
    {
        if (!_keys.TryGetValue((append.RoomId, append.ActorId, append.Key!), out var use))
        {
            return null;
        }

        // The hash leaves with an erased text: then the key alone has to tell.
        return use.Hash is null || RoomTexts.IsHashOf(use.Hash, append.Data.Span)
            ? use.Message
            : new AppendResult(AppendOutcome.Conflict, 0, 0, 0, 0);
    }

    protected override AppendResult? WriteMessage(SqlSession session, Append append, RoomTail tail, long at)
    {
        if (append.Key is not null && FindByKey(session, append) is { } earlier)
        {
            return earlier;
        }

        var hash = append.Key is null ? null : RoomTexts.HashOf(append.Data.Span);
        var (seq, offset) = (tail.LastSeq + 1, tail.LastOffset + 1);
        var textId = texts.NextId(session);
        _messages.Add(
            [append.RoomId, seq, offset, append.ActorId, at, textId],
            append.Key is null ? null : Encoding.UTF8.GetBytes(append.Key), hash, append.Data.ToArray());
        _pending.Add((append.RoomId, seq));
        if (append.Key is not null)
        {
            _keys[(append.RoomId, append.ActorId, append.Key)] = new PostgresKeyUse(
                new AppendResult(AppendOutcome.Duplicate, offset, seq, at, 1), hash);
        }

        return null;
    }

    protected override void WriteEvent(SqlSession session, Append append, RoomTail tail, long seq, int rev)
    {
        if (append.Kind != EventKind.Message)
        {
            _events.Add(
                [append.RoomId, tail.LastOffset, (long)append.Kind, seq, append.ActorId, tail.LastAt, rev],
                append.Detail.IsEmpty ? null : append.Detail.ToArray());
        }
    }

    protected override void BeforeChange(SqlSession session, long roomId, long seq)
    {
        if (_pending.Contains((roomId, seq)))
        {
            WriteMessages(session);
        }
    }

    protected override void AfterChange(long roomId, long seq, int rev, bool isErased)
    {
        foreach (var (key, use) in _keys)
        {
            if (key.RoomId == roomId && use.Message.Seq == seq)
            {
                _keys[key] = new PostgresKeyUse(use.Message with { Rev = rev }, isErased ? null : use.Hash);
                return;
            }
        }
    }

    protected override void Finish(SqlSession session)
    {
        foreach (var tail in Changed)
        {
            _ends.Add(
                [tail.RoomId, tail.LastOffset, tail.LastSeq, tail.LastAt, tail.FloorOffset, tail.FloorSeq]);
        }

        using var write = new NpgsqlBatch(((PostgresSession)session).Connection);
        _messages.AddTo(write);
        _events.AddTo(write);
        _ends.AddTo(write);
        ((PostgresSession)session).Commit(write);
        Clear();
    }

    private static NpgsqlBatchCommand Fence(long lease)
    {
        const string Sql = $"""
            select 1 from nodes where incarnation = $1 and expires_at > {NodeSchema.Now} for key share
            """;

        return Command(Sql, Number, lease);
    }

    private static NpgsqlBatchCommand LockRooms(IReadOnlyList<Append> batch)
    {
        const string Sql = """
            select id, last_offset, last_seq, last_at, floor_offset, floor_seq from rooms
            where id = any($1) order by id for update
            """;

        return Command(
            Sql, NpgsqlDbType.Array | Number, batch.Select(static append => append.RoomId).Distinct().ToArray());
    }

    private static NpgsqlBatchCommand FindKeys(List<Append> keyed)
    {
        const string Sql = """
            select m.room_id, m.author_id, m.key, m.log_offset, m.seq, m.at, m.rev, t.key_hash
            from unnest($1, $2, $3) as k (room_id, author_id, key)
            join messages m on m.room_id = k.room_id and m.author_id = k.author_id and m.key = k.key
            left join texts t on t.id = m.text_id
            where m.key is not null
            """;

        var command = Command(
            Sql, NpgsqlDbType.Array | Number, keyed.Select(static append => append.RoomId).ToArray());
        command.Parameters.Add(
            Parameter(NpgsqlDbType.Array | Number, keyed.Select(static append => append.ActorId).ToArray()));
        command.Parameters.Add(
            Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, keyed.Select(static append => append.Key).ToArray()));
        return command;
    }

    private static NpgsqlBatchCommand Command(string sql, NpgsqlDbType type, object value)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(Parameter(type, value));
        return command;
    }

    private static NpgsqlParameter Parameter(NpgsqlDbType type, object value) =>
        new() { NpgsqlDbType = type, Value = value };

    private void ReadTails(NpgsqlDataReader reader)
    {
        while (reader.Read())
        {
            _tails.Add(reader.GetInt64(0), new RoomTail
            {
                RoomId = reader.GetInt64(0),
                LastOffset = reader.GetInt64(1),
                LastSeq = reader.GetInt64(2),
                LastAt = reader.GetInt64(3),
                FloorOffset = reader.GetInt64(4),
                FloorSeq = reader.GetInt64(5),
            });
        }
    }

    private void ReadKeys(NpgsqlDataReader reader)
    {
        while (reader.Read())
        {
            var message = new AppendResult(
                AppendOutcome.Duplicate,
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), (int)reader.GetInt64(6));
            _keys[(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2))] = new PostgresKeyUse(
                message, reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7));
        }
    }

    /// <summary>Writes the messages that wait, so that statements find them.</summary>
    private void WriteMessages(SqlSession session)
    {
        using var write = new NpgsqlBatch(((PostgresSession)session).Connection);
        _messages.AddTo(write);
        write.ExecuteNonQuery();
        ((PostgresSession)session).Answered();
        _messages.Clear();
        _pending.Clear();
    }

    private void Clear()
    {
        _tails.Clear();
        _keys.Clear();
        _pending.Clear();
        _messages.Clear();
        _events.Clear();
        _ends.Clear();
    }
}
