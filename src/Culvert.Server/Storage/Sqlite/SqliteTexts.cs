using System.Security.Cryptography;
using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>
/// The texts of messages, kept so that an erased one is really gone. Used by the writer's thread only.
/// </summary>
/// <remarks>
/// <c>secure_delete</c> overwrites what a row leaves behind, but not what SQLite leaves behind when it moves rows
/// between pages as a tree splits or shrinks: a text erased later would still stand in the gap of another page. So no
/// text ever moves. Rows are only added behind the last one, which splits no page; a text that goes is overwritten
/// in place by as many zeros; and <see cref="TextReclaimer"/> deletes rows only where all around them are dead too.
/// </remarks>
internal sealed class SqliteTexts : RoomTexts
{
    private readonly TextReclaimer _reclaimer;
    private long _lastId = -1;

    public SqliteTexts()
    {
        _reclaimer = new TextReclaimer(this);
    }

    /// <summary>Bytes overwritten since the last time somebody asked for them to be reclaimed.</summary>
    public long DeadBytes { get; set; }

    /// <summary>The id that the next added text will have.</summary>
    public long NextId(SqlSession session)
    {
        const string Sql = "select coalesce(max(id), 0) from texts";

        if (_lastId < 0)
        {
            _lastId = session.QueryInt64(Sql);
        }

        return _lastId + 1;
    }

    /// <summary>Adds a text, with its hash when it has a key to be compared by.</summary>
    public void Add(SqlSession session, ReadOnlySpan<byte> text, bool hasKey)
    {
        const string Plain = "insert into texts (id, dead, key_hash, body) values (?1, 0, null, ?2)";
        const string Keyed = "insert into texts (id, dead, key_hash, body) values (?1, 0, ?3, ?2)";

        var statement = session.Prepare(hasKey ? Keyed : Plain).Bind(1, NextId(session)).BindBlob(2, text);
        if (hasKey)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text, hash);
            statement.BindBlob(3, hash[..KeyHashBytes]);
        }

        statement.Run();
        _lastId++;
    }

    public override long Replace(SqlSession session, long oldId, ReadOnlySpan<byte> text)
    {
        const string Sql = """
            insert into texts (id, dead, key_hash, body) select ?1, 0, key_hash, ?3 from texts where id = ?2
            """;

        var id = NextId(session);
        session.Prepare(Sql).Bind(1, id).Bind(2, oldId).BindBlob(3, text).Run();
        _lastId++;
        Bury(session, oldId);
        return id;
    }

    /// <remarks>The row of an overwritten text stays as long as it was: a shorter one could make others move.</remarks>
    public override void Bury(SqlSession session, long id)
    {
        const string Length = "select length(body) from texts where id = ?1";
        const string Sql = """
            update texts set
                dead = 1,
                key_hash = case when key_hash is null then null else zeroblob(length(key_hash)) end,
                body = zeroblob(length(body))
            where id = ?1
            """;

        var statement = session.Prepare(Length).Bind(1, id);
        DeadBytes += statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        session.Prepare(Sql).Bind(1, id).Run();
    }

    public override void BuryUpTo(SqlSession session, long roomId, long seq)
    {
        const string Sql = """
            select text_id from messages where room_id = ?1 and seq <= ?2 and text_id is not null order by seq
            """;

        for (var statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, seq); statement.Step();)
        {
            Bury(session, statement.Int64(0));
        }
    }

    public override bool Reclaim(SqlSession session, int limit) => _reclaimer.Step(session, limit);

    public override void ForgetPass() => _reclaimer.Forget();

    public override void Forget() => _lastId = -1;
}
