using System.Collections.Frozen;
using System.Text;
using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage.Sql;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sqlite;

/// <summary>The words in FTS5, which has to be told what a row held to take it out: it keeps no copy itself.</summary>
internal sealed class SqliteWordIndex : IWordIndex
{
    public bool Insert(SqlSession session, long id, long roomId, long seq, string words)
    {
        const string Sql = """
            insert into search_rows (id, room_id, seq, words) values (?1, ?2, ?3, ?4) on conflict (id) do nothing
            """;

        if (session.Prepare(Sql).Bind(1, id).Bind(2, roomId).Bind(3, seq).BindAscii(4, words).Run() == 0)
        {
            return false;
        }

        Set(session, id, words);
        return true;
    }

    /// <remarks>One by one costs the same here.</remarks>
    public IReadOnlySet<long> InsertNew(
        SqlSession session, long roomId, IReadOnlyList<IndexedMessage> messages) => FrozenSet<long>.Empty;

    public void Set(SqlSession session, long id, string words)
    {
        const string Sql = "insert into search_words (rowid, words) values (?1, ?2)";

        session.Prepare(Sql).Bind(1, id).Bind(2, words).Run();
    }

    public void Take(SqlSession session, long id, string words)
    {
        const string Sql = "insert into search_words (search_words, rowid, words) values ('delete', ?1, ?2)";

        session.Prepare(Sql).Bind(1, id).Bind(2, words).Run();
    }

    public IReadOnlyList<SearchRow> Search(
        SqlSession session, SearchExpression expression, long afterId, long beforeId, int limit,
        CancellationToken cancellationToken)
    {
        // The words come first, by descending id, and the rest is looked up for what they find.
        const string Sql = """
            select w.rowid, s.room_id, s.seq, r.name
            from search_words w cross join search_rows s cross join rooms r
            where search_words match ?1 and w.rowid > ?2 and w.rowid < ?3
                and s.id = w.rowid and r.id = s.room_id
            order by w.rowid desc limit ?4
            """;

        var found = new List<SearchRow>();
        var row = session.Prepare(Sql).Bind(1, Text(expression)).Bind(2, afterId).Bind(3, beforeId).Bind(4, limit);
        while (!cancellationToken.IsCancellationRequested && row.Step())
        {
            found.Add(new SearchRow(row.Int64(0), row.Text(3), row.Int64(1), row.Int64(2)));
        }

        return found;
    }

    /// <summary>The expression as FTS5 takes it.</summary>
    private static string Text(SearchExpression expression)
    {
        var text = new StringBuilder();
        foreach (var phrase in expression.Phrases)
        {
            And(text).Append('"').AppendJoin(' ', phrase).Append('"');
        }

        foreach (var tokens in expression.AnyOf)
        {
            And(text).Append("(\"").AppendJoin("\" OR \"", tokens).Append("\")");
        }

        return text.ToString();
    }

    private static StringBuilder And(StringBuilder text) => text.Length == 0 ? text : text.Append(" AND ");
}
