using Culvert.Server.Accounts;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>resets</c>; each runs in the transaction of its caller.</summary>
internal static class ResetRows
{
    /// <summary>Adds it in place of the one the user had.</summary>
    public static bool Insert(SqlSession session, ResetRecord reset)
    {
        const string Sql = "insert into resets (token_hash, user_id, expires_at) values (?1, ?2, ?3)";

        DeleteOf(session, reset.UserId);
        return session.Prepare(Sql)
            .BindBlob(1, reset.Hash.ToArray())
            .Bind(2, reset.UserId)
            .Bind(3, reset.ExpiresAt)
            .Run() > 0;
    }

    /// <summary>Whose it is, if it is still good.</summary>
    public static UserRecord? FindGood(SqlSession session, CredentialHash hash, long now)
    {
        const string Sql = "select user_id from resets where token_hash = ?1 and expires_at > ?2";

        var statement = session.Prepare(Sql).BindBlob(1, hash.ToArray()).Bind(2, now);
        return statement.Step()
            && UserRows.Find(session, statement.Int64(0)) is { IsDisabled: false } user
                ? user
                : null;
    }

    public static void DeleteOf(SqlSession session, long userId)
    {
        const string Sql = "delete from resets where user_id = ?1";

        session.Prepare(Sql).Bind(1, userId).Run();
    }

    public static int DeleteExpired(SqlSession session, long now, int limit)
    {
        const string Sql = """
            delete from resets where token_hash in (select token_hash from resets where expires_at <= ?1 limit ?2)
            """;

        return session.Prepare(Sql).Bind(1, now).Bind(2, limit).Run();
    }
}
