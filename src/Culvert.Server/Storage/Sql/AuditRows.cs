using System.Text;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Statements on <c>audit</c>; each runs in the transaction of its caller.</summary>
internal static class AuditRows
{
    /// <summary>Entries that are kept: moderators can fill the list, so it has an end.</summary>
    private const long MaxEntries = 1_000_000;

    /// <summary>Adds what a committed change has for the list, if it has anything.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="append">The change.</param>
    /// <param name="authorId">Who wrote the message it is about; 0 when it is about none.</param>
    /// <param name="at">Time of its event.</param>
    public static void Add(SqlSession session, Append append, long authorId, long at)
    {
        if (append.Audit is not { } note || authorId == append.ActorId)
        {
            return;
        }

        Insert(session, new AuditEntry
        {
            At = at,
            By = Encoding.UTF8.GetString(append.ActorName.Span),
            Act = note.Act,
            Room = NameOf(session, "select name from rooms where id = ?1", append.RoomId),
            Target = authorId == 0
                ? note.Target
                : NameOf(session, "select name from users where id = ?1", authorId),
            Why = note.Why,
            Detail = append.Detail.IsEmpty ? null : $"{{{Encoding.UTF8.GetString(append.Detail.Span)}}}",
            Address = append.Address,
        });
    }

    public static void Insert(SqlSession session, AuditEntry entry)
    {
        const string Sql = """
            insert into audit (at, actor, act, room, target, why, detail, address)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """;
        const string Trim = "delete from audit where id <= (select max(id) from audit) - ?1";

        session.Prepare(Sql)
            .Bind(1, entry.At)
            .Bind(2, entry.By)
            .Bind(3, entry.Act)
            .Bind(4, entry.Room)
            .Bind(5, entry.Target)
            .Bind(6, entry.Why)
            .Bind(7, entry.Detail)
            .Bind(8, entry.Address)
            .Run();
        session.Prepare(Trim).Bind(1, MaxEntries).Run();
    }

    public static IReadOnlyList<AuditEntry> List(SqlSession session, long before, int limit)
    {
        const string Sql = """
            select id, at, actor, act, room, target, why, detail, address from audit
            where id < ?1 order by id desc limit ?2
            """;

        List<AuditEntry> entries = [];
        for (var statement = session.Prepare(Sql).Bind(1, before).Bind(2, limit); statement.Step();)
        {
            entries.Add(new AuditEntry
            {
                Id = statement.Int64(0),
                At = statement.Int64(1),
                By = statement.Text(2),
                Act = statement.Text(3),
                Room = TextOrNull(statement, 4),
                Target = TextOrNull(statement, 5),
                Why = TextOrNull(statement, 6),
                Detail = TextOrNull(statement, 7),
                Address = statement.Text(8),
            });
        }

        return entries;
    }

    private static string? NameOf(SqlSession session, string sql, long id)
    {
        var statement = session.Prepare(sql).Bind(1, id);
        var name = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return name;
    }

    private static string? TextOrNull(SqlStatement statement, int column) =>
        statement.IsNull(column) ? null : statement.Text(column);
}
