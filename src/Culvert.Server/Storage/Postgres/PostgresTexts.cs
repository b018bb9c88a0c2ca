using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>The texts of messages: ids from a sequence, and an erased text is deleted.</summary>
/// <remarks>The server overwrites what a deleted row leaves when it needs the room: vacuum says when.</remarks>
internal sealed class PostgresTexts : RoomTexts
{
    public override long Replace(SqlSession session, long oldId, ReadOnlySpan<byte> text)
    {
        const string Sql = """
            insert into texts (id, dead, key_hash, body)
            select nextval('text_ids'), 0, key_hash, ?2 from texts where id = ?1 returning id
            """;

        var statement = session.Prepare(Sql).Bind(1, oldId).BindBlob(2, text);
        statement.Step();
        var id = statement.Int64(0);
        statement.Reset();
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
        // Nothing is known beyond a transaction.
    }
}
