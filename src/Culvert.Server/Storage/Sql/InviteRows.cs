using Culvert.Server.Accounts;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>invites</c>; each runs in the transaction of its caller.</summary>
internal static class InviteRows
{
    private const string Columns =
        "id, token_hash, maker_id, room_id, room, uses, uses_left, created_at, expires_at";

    public static void Insert(SqlSession session, InviteRecord invite)
    {
        const string Sql = $"insert into invites ({Columns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

        session.Prepare(Sql)
            .Bind(1, invite.Id)
            .BindBlob(2, invite.Hash.ToArray())
            .Bind(3, invite.MakerId)
            .Bind(4, invite.RoomId)
            .Bind(5, invite.Room)
            .Bind(6, invite.Uses)
            .Bind(7, invite.UsesLeft)
            .Bind(8, invite.CreatedAt)
            .Bind(9, invite.ExpiresAt)
            .Run();
    }

    /// <summary>The invitation with its maker if somebody may still take it.</summary>
    public static InviteOfMaker? FindGood(SqlSession session, CredentialHash hash, long now)
    {
        const string Sql = $"""
            select {Columns} from invites where token_hash = ?1 and uses_left > 0 and expires_at > ?2
            """;

        var statement = session.Prepare(Sql).BindBlob(1, hash.ToArray()).Bind(2, now);
        if (!statement.Step())
        {
            return null;
        }

        var invite = Read(statement);
        return UserRows.Find(session, invite.MakerId) is { IsDisabled: false } maker
            ? new InviteOfMaker(invite, maker)
            : null;
    }

    /// <summary>How many good ones the maker has, counted no further than <paramref name="limit"/>.</summary>
    public static int Count(SqlSession session, long makerId, long now, int limit)
    {
        const string Sql = "select 1 from invites where maker_id = ?1 and uses_left > 0 and expires_at > ?2 limit ?3";

        var count = 0;
        for (var statement = session.Prepare(Sql).Bind(1, makerId).Bind(2, now).Bind(3, limit); statement.Step();)
        {
            count++;
        }

        return count;
    }

    /// <summary>Good ones, newest first; of everybody for a <paramref name="makerId"/> of 0.</summary>
    public static IReadOnlyList<InviteOfMaker> List(SqlSession session, long makerId, long now, int limit)
    {
        const string Sql = $"""
            select {Columns} from invites
            where (?1 = 0 or maker_id = ?1) and uses_left > 0 and expires_at > ?2
            order by created_at desc, id limit ?3
            """;

        var invites = new List<InviteRecord>();
        for (var statement = session.Prepare(Sql).Bind(1, makerId).Bind(2, now).Bind(3, limit); statement.Step();)
        {
            invites.Add(Read(statement));
        }

        var list = new List<InviteOfMaker>(invites.Count);
        foreach (var invite in invites)
        {
            if (UserRows.Find(session, invite.MakerId) is { IsDisabled: false } maker)
            {
                list.Add(new InviteOfMaker(invite, maker));
            }
        }

        return list;
    }

    public static bool Delete(SqlSession session, long makerId, long id, long now)
    {
        const string Sql = """
            delete from invites
            where id = ?2 and (?1 = 0 or maker_id = ?1) and uses_left > 0 and expires_at > ?3
            """;

        return session.Prepare(Sql).Bind(1, makerId).Bind(2, id).Bind(3, now).Run() > 0;
    }

    /// <summary>Takes one use; false when there is none to take.</summary>
    public static bool Use(SqlSession session, CredentialHash hash, long now)
    {
        const string Sql = "update invites set uses_left = uses_left - 1 where token_hash = ?1";

        return FindGood(session, hash, now) is not null && session.Prepare(Sql).BindBlob(1, hash.ToArray()).Run() > 0;
    }

    public static int Return(SqlSession session, CredentialHash hash)
    {
        const string Sql = "update invites set uses_left = uses_left + 1 where token_hash = ?1 and uses_left < uses";

        return session.Prepare(Sql).BindBlob(1, hash.ToArray()).Run();
    }

    public static int DeleteExpired(SqlSession session, long now, int limit)
    {
        const string Sql = "delete from invites where id in (select id from invites where expires_at <= ?1 limit ?2)";

        return session.Prepare(Sql).Bind(1, now).Bind(2, limit).Run();
    }

    private static InviteRecord Read(SqlStatement statement) => new()
    {
        Id = statement.Int64(0),
        Hash = new CredentialHash(statement.Bytes(1)),
        MakerId = statement.Int64(2),
        RoomId = statement.IsNull(3) ? null : statement.Int64(3),
        Room = statement.IsNull(4) ? null : statement.Text(4),
        Uses = (int)statement.Int64(5),
        UsesLeft = (int)statement.Int64(6),
        CreatedAt = statement.Int64(7),
        ExpiresAt = statement.Int64(8),
    };
}
