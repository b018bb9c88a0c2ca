using System.Security.Cryptography;

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
internal sealed class TextRows
{
    private const int KeyHashBytes = 16;

    private long _lastId = -1;

    /// <summary>Bytes overwritten since the last time somebody asked for them to be reclaimed.</summary>
    public long DeadBytes { get; set; }

    /// <summary>True when the hash of a key's first text is that of this one.</summary>
    public static bool IsHashOf(ReadOnlySpan<byte> keyHash, ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return keyHash.SequenceEqual(hash[..KeyHashBytes]);
    }

    /// <summary>The id that the next added text will have.</summary>
    public long NextId(SqliteSession session)
    {
        const string Sql = "select coalesce(max(id), 0) from texts";

        if (_lastId < 0)
        {
            _lastId = session.QueryInt64(Sql);
        }

        return _lastId + 1;
    }

    /// <summary>Adds a text, with its hash when it has a key to be compared by.</summary>
    public void Add(SqliteSession session, ReadOnlySpan<byte> text, bool hasKey)
    {
        const string Sql = "insert into texts (id, dead, key_hash, body) values (?1, 0, ?2, ?3)";

        var statement = session.Prepare(Sql).Bind(1, NextId(session)).BindBlob(3, text);
        if (hasKey)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text, hash);
            statement.BindBlob(2, hash[..KeyHashBytes]);
        }
        else
        {
            statement.BindNull(2);
        }

        statement.Run();
        _lastId++;
    }

    /// <summary>Adds the text that takes the place of another, which keeps the hash of the first.</summary>
    public void Replace(SqliteSession session, long oldId, ReadOnlySpan<byte> text)
    {
        const string Sql = """
            insert into texts (id, dead, key_hash, body) select ?1, 0, key_hash, ?3 from texts where id = ?2
            """;

        session.Prepare(Sql).Bind(1, NextId(session)).Bind(2, oldId).BindBlob(3, text).Run();
        _lastId++;
        Bury(session, oldId);
    }

    /// <summary>
    /// Overwrites a text. Its row stays as long as it was, because a shorter one could make others move.
    /// </summary>
    public void Bury(SqliteSession session, long id)
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

    /// <summary>Drops what is known of a transaction that was not committed.</summary>
    public void Forget() => _lastId = -1;
}
