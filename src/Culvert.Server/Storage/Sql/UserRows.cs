using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>users</c>; each runs in the transaction of its caller.</summary>
internal static class UserRows
{
    private const string Columns = "id, name, name_key, role, password_hash, disabled, created_at, title, avatar";

    public static UserRecord? Find(SqlSession session, string nameKey)
    {
        const string Sql = $"select {Columns} from users where name_key = ?1";

        var statement = session.Prepare(Sql).Bind(1, nameKey);
        return statement.Step() ? Read(statement) : null;
    }

    public static UserRecord? Find(SqlSession session, long id)
    {
        const string Sql = $"select {Columns} from users where id = ?1";

        var statement = session.Prepare(Sql).Bind(1, id);
        return statement.Step() ? Read(statement) : null;
    }

    /// <summary>The user with the id it got; null when the name key is taken.</summary>
    public static UserRecord? Insert(SqlSession session, UserRecord user)
    {
        // Users are never deleted, so no id comes back.
        const string NextId = "select coalesce(max(id), 0) + 1 from users";
        const string Sql = """
            insert into users (id, name, name_key, role, password_hash, disabled, created_at, stamp)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, '')
            on conflict (name_key) do nothing
            """;

        var next = session.Prepare(NextId);
        next.Step();
        var id = next.Int64(0);
        next.Reset();
        var inserted = session.Prepare(Sql)
            .Bind(1, id)
            .Bind(2, user.Name)
            .Bind(3, user.NameKey)
            .Bind(4, (long)user.Role)
            .Bind(5, user.PasswordHash)
            .Bind(6, user.IsDisabled ? 1L : 0L)
            .Bind(7, user.CreatedAt)
            .Run() > 0;
        return inserted ? user with { Id = id } : null;
    }

    public static IReadOnlyList<UserRecord> List(SqlSession session, string key, bool isBack, int limit)
    {
        const string After = $"select {Columns} from users where name_key > ?1 order by name_key limit ?2";
        const string Before = $"select {Columns} from users where name_key < ?1 order by name_key desc limit ?2";

        var users = new List<UserRecord>();
        var statement = session.Prepare(isBack ? Before : After).Bind(1, key).Bind(2, limit);
        while (statement.Step())
        {
            users.Add(Read(statement));
        }

        return users;
    }

    public static UserChangeOutcome Change(SqlSession session, long userId, RoomRole? role, bool? disabled)
    {
        const string Sql = "update users set role = ?2, disabled = ?3 where id = ?1";

        if (Find(session, userId) is not { } user)
        {
            return UserChangeOutcome.NotFound;
        }

        var changed = user with { Role = role ?? user.Role, IsDisabled = disabled ?? user.IsDisabled };
        if (changed == user)
        {
            return UserChangeOutcome.Unchanged;
        }

        if (IsActiveOwner(user) && !IsActiveOwner(changed) && !HasActiveOwner(session, exceptId: userId))
        {
            return UserChangeOutcome.LastOwner;
        }

        session.Prepare(Sql)
            .Bind(1, userId)
            .Bind(2, (long)changed.Role)
            .Bind(3, changed.IsDisabled ? 1L : 0L)
            .Run();
        return UserChangeOutcome.Changed;
    }

    public static bool SetPassword(SqlSession session, long userId, string passwordHash)
    {
        const string Sql = "update users set password_hash = ?2 where id = ?1";

        return session.Prepare(Sql).Bind(1, userId).Bind(2, passwordHash).Run() > 0;
    }

    public static bool Rehash(SqlSession session, long userId, string oldHash, string newHash)
    {
        const string Sql = "update users set password_hash = ?3 where id = ?1 and password_hash = ?2";

        return session.Prepare(Sql).Bind(1, userId).Bind(2, oldHash).Bind(3, newHash).Run() > 0;
    }

    /// <summary>True when somebody else than this user can sign in as an owner.</summary>
    public static bool HasActiveOwner(SqlSession session, long exceptId)
    {
        const string Sql = """
            select 1 from users
            where role = ?1 and disabled = 0 and password_hash is not null and id <> ?2
            limit 1
            """;

        return session.Prepare(Sql).Bind(1, (long)RoomRole.Owner).Bind(2, exceptId).Step();
    }

    /// <summary>The account behind the owner token: without a password nobody can sign in as it.</summary>
    public static void InsertOwner(SqlSession session, TimeProvider time)
    {
        const string Sql = """
            insert into users (id, name, name_key, role, password_hash, disabled, created_at, stamp)
            values (1, 'owner', 'owner', 2, null, 0, ?1, '')
            """;

        session.Prepare(Sql).Bind(1, time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
    }

    private static bool IsActiveOwner(UserRecord user) =>
        user is { Role: RoomRole.Owner, IsDisabled: false, PasswordHash: not null };

    private static UserRecord Read(SqlStatement statement) => new()
    {
        Id = statement.Int64(0),
        Name = statement.Text(1),
        NameKey = statement.Text(2),
        Role = (RoomRole)statement.Int64(3),
        PasswordHash = statement.IsNull(4) ? null : statement.Text(4),
        IsDisabled = statement.Int64(5) != 0,
        CreatedAt = statement.Int64(6),
        Title = statement.IsNull(7) ? null : statement.Text(7),
        Avatar = statement.Int64(8),
    };
}
