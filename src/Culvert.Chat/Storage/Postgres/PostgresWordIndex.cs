using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage.Sql;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Postgres;

/// <summary>The words as a <c>tsvector</c> of the row, under a GIN index.</summary>
/// <remarks>
/// The tokens are hashes already, so no parser or dictionary of PostgreSQL has anything to do with them: vector and
/// query are written as their own text form.
/// </remarks>
internal sealed class PostgresWordIndex : IWordIndex
{
    /// <summary>PostgreSQL keeps no higher position of a word.</summary>
    private const int MaxPosition = 16_383;

    public bool Insert(SqlSession session, long id, long roomId, long seq, string words)
    {
        const string Sql = """
            insert into search_rows (id, room_id, seq, words, lexemes) values (?1, ?2, ?3, ?4, cast(?5 as tsvector))
            on conflict (id) do nothing
            """;

        return session.Prepare(Sql)
            .Bind(1, id).Bind(2, roomId).Bind(3, seq).BindAscii(4, words).Bind(5, Vector(words)).Run() > 0;
    }

    /// <remarks>Two round trips for all of them; one by one takes two for each.</remarks>
    public IReadOnlySet<long> InsertNew(
        SqlSession session, long roomId, IReadOnlyList<IndexedMessage> messages)
    {
        // A number or an id that is taken is left out, whichever it is.
        const string Sql = """
            insert into search_rows (id, room_id, seq, words, lexemes)
            select x.id, ?1, x.seq, x.words, cast(x.lexemes as tsvector)
            from json_to_recordset(cast(?2 as json)) as x (id bigint, seq bigint, words text, lexemes text)
            on conflict do nothing returning seq
            """;

        var times = FindTimes(session, roomId, messages);
        var added = new HashSet<long>();
        for (var row = session.Prepare(Sql).Bind(1, roomId).Bind(2, Rows(messages, times)); row.Step();)
        {
            added.Add(row.Int64(0));
        }

        return added;
    }

    public void Set(SqlSession session, long id, string words)
    {
        const string Sql = "update search_rows set lexemes = cast(?2 as tsvector) where id = ?1";

        session.Prepare(Sql).Bind(1, id).Bind(2, Vector(words)).Run();
    }

    public void Take(SqlSession session, long id, string words)
    {
        // They go with their row, or are replaced.
    }

    public IReadOnlyList<SearchRow> Search(
        SqlSession session, SearchExpression expression, long afterId, long beforeId, int limit,
        CancellationToken cancellationToken)
    {
        const string Sql = """
            select s.id, s.room_id, s.seq, r.name from search_rows s join rooms r on r.id = s.room_id
            where s.lexemes @@ cast(?1 as tsquery) and s.id > ?2 and s.id < ?3
            order by s.id desc limit ?4
            """;

        var found = new List<SearchRow>();
        var row = session.Prepare(Sql).Bind(1, Text(expression)).Bind(2, afterId).Bind(3, beforeId).Bind(4, limit);
        while (!cancellationToken.IsCancellationRequested && row.Step())
        {
            found.Add(new SearchRow(row.Int64(0), row.Text(3), row.Int64(1), row.Int64(2)));
        }

        return found;
    }

    /// <summary>When the messages were sent; those that retention took meanwhile are left out.</summary>
    private static Dictionary<long, long> FindTimes(
        SqlSession session, long roomId, IReadOnlyList<IndexedMessage> messages)
    {
        const string Sql = """
            select m.seq, m.at from json_array_elements_text(cast(?2 as json)) as x (seq)
            join messages m on m.room_id = ?1 and m.seq = cast(x.seq as bigint)
            """;

        var times = new Dictionary<long, long>();
        var numbers = $"[{string.Join(',', messages.Select(static message => message.Seq))}]";
        for (var row = session.Prepare(Sql).Bind(1, roomId).Bind(2, numbers); row.Step();)
        {
            times[row.Int64(0)] = row.Int64(1);
        }

        return times;
    }

    private static string Rows(IReadOnlyList<IndexedMessage> messages, Dictionary<long, long> times)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            foreach (var message in messages)
            {
                if (message.Tokens is { } words && times.TryGetValue(message.Seq, out var at))
                {
                    json.WriteStartObject();
                    json.WriteNumber("id", SearchIds.Of(at, message.Seq));
                    json.WriteNumber("seq", message.Seq);
                    json.WriteString("words", words);
                    json.WriteString("lexemes", Vector(words));
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Vector(string words)
    {
        var text = new StringBuilder();
        var position = 1;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(CultureInfo.InvariantCulture, $"'{word}':{Math.Min(position, MaxPosition)} ");
            position++;
        }

        return text.ToString();
    }

    private static string Text(SearchExpression expression)
    {
        var text = new StringBuilder();
        foreach (var phrase in expression.Phrases)
        {
            And(text).Append("('").AppendJoin("'<->'", phrase).Append("')");
        }

        foreach (var tokens in expression.AnyOf)
        {
            And(text).Append("('").AppendJoin("'|'", tokens).Append("')");
        }

        return text.ToString();
    }

    private static StringBuilder And(StringBuilder text) => text.Length == 0 ? text : text.Append('&');
}
