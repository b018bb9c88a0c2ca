using Culvert.Server.Accounts;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on display names and pictures; each runs in the transaction of its caller.</summary>
internal static class ProfileRows
{
    // Sorts behind everything that begins with what is before it.
    private const string Last = "\U0010FFFF";

    private static readonly string After = SearchFrom(">", "asc");
    private static readonly string Before = SearchFrom("<", "desc");

    /// <summary>
    /// Ids of enabled users, but for the built-in one, found by either beginning, by name key after a key, or before it
    /// and backwards.
    /// </summary>
    public static IReadOnlyList<long> Search(
        SqlSession session, string nameKey, string titleKey, string key, bool isBack, int limit)
    {
        var ids = new List<long>();
        var statement = session.Prepare(isBack ? Before : After)
            .Bind(1, nameKey)
            .Bind(2, nameKey + Last)
            .Bind(3, titleKey)
            .Bind(4, titleKey + Last)
            .Bind(5, limit)
            .Bind(6, key);
        while (statement.Step())
        {
            ids.Add(statement.Int64(0));
        }

        return ids;
    }

    // Where nothing is looked for the first part finds everybody, and the second has nothing to do.
    private static string SearchFrom(string side, string order) =>
        $"""
        select id from (
            select id, name_key from (
                select id, name_key from users
                where name_key >= ?1 and name_key < ?2 and name_key {side} ?6 and disabled = 0 and id <> 1
                order by name_key {order} limit ?5) as named
            union
            select id, name_key from (
                select id, name_key from users
                where title_key >= ?3 and title_key < ?4 and title_key is not null and ?3 <> ''
                    and name_key {side} ?6 and disabled = 0 and id <> 1
                order by name_key {order} limit ?5) as titled) as found
        order by name_key {order} limit ?5
        """;

    public static void SetTitle(SqlSession session, long userId, string? title, string? titleKey)
    {
        const string Sql = "update users set title = ?2, title_key = ?3 where id = ?1";

        session.Prepare(Sql).Bind(1, userId).Bind(2, title).Bind(3, titleKey).Run();
    }

    /// <summary>Sets the picture, or deletes it; its version grows even when the clock does not.</summary>
    public static void SetAvatar(SqlSession session, long userId, byte[]? png, long now)
    {
        const string Put = """
            insert into avatars (user_id, image) values (?1, ?2) on conflict (user_id) do update set image = ?2
            """;
        const string Delete = "delete from avatars where user_id = ?1";
        const string Version = """
            update users set avatar = case when ?2 = 0 or ?2 > avatar then ?2 else avatar + 1 end where id = ?1
            """;

        if (png is null)
        {
            session.Prepare(Delete).Bind(1, userId).Run();
        }
        else
        {
            session.Prepare(Put).Bind(1, userId).BindBlob(2, png).Run();
        }

        session.Prepare(Version).Bind(1, userId).Bind(2, png is null ? 0 : now).Run();
    }

    public static AvatarImage? FindAvatar(SqlSession session, string nameKey)
    {
        const string Sql = """
            select u.avatar, a.image from users u join avatars a on a.user_id = u.id where u.name_key = ?1
            """;

        var statement = session.Prepare(Sql).Bind(1, nameKey);
        return statement.Step() ? new AvatarImage(statement.Int64(0), statement.Bytes(1).ToArray()) : null;
    }
}
