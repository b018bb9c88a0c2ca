using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>The texts of messages: ids from a sequence, in blocks, and an erased text is deleted.</summary>
/// <remarks>The server overwrites what a deleted row leaves when it needs the room: vacuum says when.</remarks>
internal sealed class PostgresTexts : RoomTexts
{
    /// <summary>Ids that one number of the sequence stands for: that one and those behind it.</summary>
    public const int Block = 1000;

    private long _nextId;
    private int _left;

    /// <summary>An id that no text of any node has had.</summary>
    public long NextId(SqlSession session)
    {
        if (_left == 0)
        {
            _nextId = session.QueryInt64("select nextval('text_ids')");
            _left = Block;
        }

        _left--;
        return _nextId++;
    }

    public override long Replace(SqlSession session, long oldId, ReadOnlySpan<byte> text)
    {
        const string Sql = """
            insert into texts (id, dead, key_hash, body) select ?1, 0, key_hash, ?3 from texts where id = ?2
            """;

        var id = NextId(session);
        session.Prepare(Sql).Bind(1, id).Bind(2, oldId).BindBlob(3, text).Run();
        Bury(session, oldId);
        return id;
    }

    public override void Bury(SqlSession session, long id)
    {
        const string Sql = "delete from texts where id = ?1";

        session.Prepare(Sql).Bind(1, id).Run();
    }

    public override void BuryUpTo(SqlSession session, long roomId, long seq)
    {
        const string Sql = """
            delete from texts where id in (select text_id from messages where room_id = ?1 and seq <= ?2)
            """;

        session.Prepare(Sql).Bind(1, roomId).Bind(2, seq).Run();
    }

    public override bool Reclaim(SqlSession session, int limit) => false;

    public override void ForgetPass()
    {
        // There are no passes.
    }

    public override void Forget()
    {
        // Ids of a sequence are nobody else's, whatever became of the transaction.
    }
}
