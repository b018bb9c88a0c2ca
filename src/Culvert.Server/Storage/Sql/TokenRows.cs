using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>tokens</c>; each runs in the transaction of its caller.</summary>
internal static class TokenRows
{
    // No name key has a line break in it.
    private const char RoomSeparator = '\n';

    private const string Columns =
        "id, token_hash, user_id, name, scopes, rooms, unlimited, created_at, last_used_at, revoked_at";

    public static void Insert(SqlSession session, TokenRecord token)
    {
        const string Sql = $"insert into tokens ({Columns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

        session.Prepare(Sql)
            .Bind(1, token.Id)
            .BindBlob(2, token.Hash.ToArray())
            .Bind(3, token.UserId)
            .Bind(4, token.Name)
            .Bind(5, (long)token.Scopes)
            .Bind(6, token.RoomKeys is null ? null : string.Join(RoomSeparator, token.RoomKeys))
            .Bind(7, token.IsUnlimited ? 1L : 0L)
            .Bind(8, token.CreatedAt)
            .Bind(9, token.LastUsedAt)
            .Bind(10, token.RevokedAt)
            .Run();
    }

    public static TokenRecord? Find(SqlSession session, CredentialHash hash)
    {
        const string Sql = $"select {Columns} from tokens where token_hash = ?1";

        var statement = session.Prepare(Sql).BindBlob(1, hash.ToArray());
        return statement.Step() ? Read(statement) : null;
    }

    public static IReadOnlyList<TokenRecord> List(SqlSession session, long userId)
    {
        const string Sql = $"""
            select {Columns} from tokens where user_id = ?1 and revoked_at = 0 order by created_at, id
            """;

        var tokens = new List<TokenRecord>();
        for (var statement = session.Prepare(Sql).Bind(1, userId); statement.Step();)
        {
            tokens.Add(Read(statement));
        }

        return tokens;
    }

    /// <summary>How many valid tokens the user has, counted no further than <paramref name="limit"/>.</summary>
    public static int Count(SqlSession session, long userId, int limit)
    {
        const string Sql = "select 1 from tokens where user_id = ?1 and revoked_at = 0 limit ?2";

        var count = 0;
        for (var statement = session.Prepare(Sql).Bind(1, userId).Bind(2, limit); statement.Step();)
        {
            count++;
        }

        return count;
    }

    public static int Touch(SqlSession session, long id, long usedAt)
    {
        const string Sql = "update tokens set last_used_at = ?2 where id = ?1";

        return session.Prepare(Sql).Bind(1, id).Bind(2, usedAt).Run();
    }

    public static bool Revoke(SqlSession session, long userId, long id, long revokedAt)
    {
        const string Sql = "update tokens set revoked_at = ?3 where id = ?2 and user_id = ?1 and revoked_at = 0";

        return session.Prepare(Sql).Bind(1, userId).Bind(2, id).Bind(3, revokedAt).Run() > 0;
    }

    private static TokenRecord Read(SqlStatement statement) => new()
    {
        Id = statement.Int64(0),
        Hash = new CredentialHash(statement.Bytes(1)),
        UserId = statement.Int64(2),
        Name = statement.Text(3),
        Scopes = (Scopes)statement.Int64(4),
        RoomKeys = statement.IsNull(5) ? null : statement.Text(5).Split(RoomSeparator),
        IsUnlimited = statement.Int64(6) != 0,
        CreatedAt = statement.Int64(7),
        LastUsedAt = statement.Int64(8),
        RevokedAt = statement.Int64(9),
    };
}
