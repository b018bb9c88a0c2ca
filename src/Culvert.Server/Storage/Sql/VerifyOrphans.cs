namespace Culvert.Server.Storage.Sql;

/// <summary>Finds rows that belong to nothing.</summary>
internal static class VerifyOrphans
{
    // Each returns a count.
    private static readonly (string What, string Sql)[] Checks =
    [
        ("events of rooms that do not exist", """
            select count(*) from room_events e where not exists (select 1 from rooms r where r.id = e.room_id)
            """),
        ("messages of rooms that do not exist", """
            select count(*) from messages m where not exists (select 1 from rooms r where r.id = m.room_id)
            """),
        ("reactions to messages that do not exist or were erased", """
            select count(*) from reactions x where not exists (
                select 1 from messages m where m.room_id = x.room_id and m.seq = x.seq and m.text_id is not null)
                and not exists (select 1 from rooms r where r.id = x.room_id and x.seq < r.floor_seq)
            """),
        ("texts without a message, or messages that share a text", """
            select abs((select count(*) from texts where dead = 0)
                - (select count(distinct text_id) from messages where text_id is not null))
            """),
        ("memberships of rooms that do not exist", """
            select count(*) from memberships m where not exists (select 1 from rooms r where r.id = m.room_id)
            """),
        ("memberships of users that do not exist", """
            select count(*) from memberships m where not exists (select 1 from users u where u.id = m.user_id)
            """),
        ("sessions of users that do not exist", """
            select count(*) from sessions s where not exists (select 1 from users u where u.id = s.user_id)
            """),
        ("tokens of users that do not exist", """
            select count(*) from tokens t where not exists (select 1 from users u where u.id = t.user_id)
            """),
        ("messages of authors that do not exist", """
            select count(*) from messages m
            where m.author_id <> 0 and not exists (select 1 from users u where u.id = m.author_id)
            """),
    ];

    public static void Check(SqlSession session, List<string> problems)
    {
        foreach (var (what, sql) in Checks)
        {
            if (session.QueryInt64(sql) is var count and > 0)
            {
                problems.Add($"There are {count} {what}.");
            }
        }
    }
}
