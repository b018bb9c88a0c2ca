using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>The control log of the nodes as an outbox of the accounts.</summary>
internal sealed class PostgresOutbox(ControlOutbox outbox) : IAccountOutbox
{
    public long Add(SqlSession session, AccountNews news) => Append(session, ControlOutbox.BodyOf(news));

    public void Committed(long id) => outbox.Committed(id);

    /// <summary>
    /// Adds an entry; its id. Others who do wait for the end of the transaction: so ids become visible in their order.
    /// </summary>
    public static long Append(SqlSession session, byte[] body)
    {
        const string Sql = $"""
            with head as (update control_head set last_id = last_id + 1 returning last_id)
            insert into control (id, at, body) select last_id, {NodeSchema.Now}, ?1 from head returning id
            """;

        var row = session.Prepare(Sql).BindBlob(1, body);
        row.Step();
        var id = row.Int64(0);
        row.Reset();
        return id;
    }
}
