using Culvert.Server.Accounts;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>sessions</c>; each runs in the transaction of its caller.</summary>
internal static class SessionRows
{
    private const string Columns =
        "token_hash, id, user_id, created_at, seen_at, expires_at, agent, address";

    public static void Insert(SqlSession session, SessionRecord record)
    {
        const string Sql = $"insert into sessions ({Columns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

        session.Prepare(Sql)
            .BindBlob(1, record.Hash.ToArray())
            .Bind(2, record.Id)
            .Bind(3, record.UserId)
            .Bind(4, record.CreatedAt)
            .Bind(5, record.SeenAt)
            .Bind(6, record.ExpiresAt)
            .Bind(7, record.Agent)
            .Bind(8, record.Address)
            .Run();
    }

    public static SessionRecord? Find(SqlSession session, CredentialHash hash)
    {
        const string Sql = $"select {Columns} from sessions where token_hash = ?1";

        var statement = session.Prepare(Sql).BindBlob(1, hash.ToArray());
        return statement.Step() ? Read(statement) : null;
    }

    /// <summary>The user's sessions that have not expired, last used first.</summary>
    public static IReadOnlyList<SessionRecord> List(SqlSession session, long userId, long now)
    {
        const string Sql = $"""
            select {Columns} from sessions where user_id = ?1 and expires_at > ?2 order by seen_at desc, id desc
            """;

        var sessions = new List<SessionRecord>();
        for (var statement = session.Prepare(Sql).Bind(1, userId).Bind(2, now); statement.Step();)
        {
            sessions.Add(Read(statement));
        }

        return sessions;
    }

    public static int Touch(SqlSession session, CredentialHash hash, long seenAt, long expiresAt)
    {
        const string Sql = "update sessions set seen_at = ?2, expires_at = ?3 where token_hash = ?1";

        return session.Prepare(Sql).BindBlob(1, hash.ToArray()).Bind(2, seenAt).Bind(3, expiresAt).Run();
    }

    /// <summary>The hash before; null when there is no such session.</summary>
    public static CredentialHash? Renew(
        SqlSession session, long userId, long id, CredentialHash hash, long now, long expiresAt)
    {
        const string Select = "select token_hash from sessions where id = ?2 and user_id = ?1";
        const string Sql = """
            update sessions set token_hash = ?3, created_at = ?4, seen_at = ?4, expires_at = ?5
            where id = ?2 and user_id = ?1
            """;

        var statement = session.Prepare(Select).Bind(1, userId).Bind(2, id);
        if (!statement.Step())
        {
            return null;
        }

        var before = new CredentialHash(statement.Bytes(0));
        statement.Reset();
        session.Prepare(Sql).Bind(1, userId).Bind(2, id).BindBlob(3, hash.ToArray()).Bind(4, now).Bind(5, expiresAt)
            .Run();
        return before;
    }

    public static bool Delete(SqlSession session, long userId, long id)
    {
        const string Sql = "delete from sessions where id = ?2 and user_id = ?1";

        return session.Prepare(Sql).Bind(1, userId).Bind(2, id).Run() > 0;
    }

    public static int DeleteOthers(SqlSession session, long userId, long exceptId)
    {
        const string Sql = "delete from sessions where user_id = ?1 and id <> ?2";

        return session.Prepare(Sql).Bind(1, userId).Bind(2, exceptId).Run();
    }

    /// <summary>
    /// Deletes the user's sessions but the <paramref name="keep"/> last used; the ids of the deleted.
    /// </summary>
    public static List<long> DeleteOver(SqlSession session, long userId, int keep)
    {
        // Read whole: a user has few of them, and a bound on the rest takes care of itself.
        const string Select = "select id from sessions where user_id = ?1 order by seen_at desc, id desc";
        const string Sql = "delete from sessions where id = ?1";

        var over = new List<long>();
        var index = 0;
        for (var statement = session.Prepare(Select).Bind(1, userId); statement.Step(); index++)
        {
            if (index >= keep)
            {
                over.Add(statement.Int64(0));
            }
        }

        foreach (var id in over)
        {
            session.Prepare(Sql).Bind(1, id).Run();
        }

        return over;
    }

    public static int DeleteExpired(SqlSession session, long now, int limit)
    {
        const string Sql = """
            delete from sessions where token_hash in
                (select token_hash from sessions where expires_at < ?1 limit ?2)
            """;

        return session.Prepare(Sql).Bind(1, now).Bind(2, limit).Run();
    }

    private static SessionRecord Read(SqlStatement statement) => new()
    {
        Hash = new CredentialHash(statement.Bytes(0)),
        Id = statement.Int64(1),
        UserId = statement.Int64(2),
        CreatedAt = statement.Int64(3),
        SeenAt = statement.Int64(4),
        ExpiresAt = statement.Int64(5),
        Agent = statement.Text(6),
        Address = statement.Text(7),
    };
}
