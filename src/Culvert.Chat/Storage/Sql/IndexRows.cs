using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sql;

/// <summary>Statements on what is kept of messages; each runs in the transaction of its caller.</summary>
internal sealed class IndexRows(IWordIndex index)
{
    /// <summary>Replaces what is kept of messages of a room, each once; returns how many files lost theirs.</summary>
    public int Set(SqlSession session, long roomId, IReadOnlyList<IndexedMessage> messages)
    {
        var added = index.InsertNew(session, roomId, messages);
        var dropped = 0;
        foreach (var message in messages)
        {
            // Of most messages nothing was kept before: then there is nothing to take away either.
            var isFirst = added.Contains(message.Seq) || SetTokens(session, roomId, message);
            SetMentions(session, roomId, message, isFirst);
            dropped += SetFiles(session, roomId, message, isFirst);
        }

        return dropped;
    }

    /// <summary>Deletes words and mentions of messages below a number; returns the greater number of rows.</summary>
    public int DeleteBelow(SqlSession session, long roomId, long seq, int limit)
    {
        const string Find = """
            select id, words from search_rows where room_id = ?1 and seq < ?2 order by seq limit ?3
            """;
        const string Delete = "delete from search_rows where id = ?1";
        const string Mentions = """
            delete from mentions where (user_id, room_id, seq) in (
                select user_id, room_id, seq from mentions where room_id = ?1 and seq < ?2 limit ?3)
            """;

        var found = new List<(long Id, string Words)>();
        for (var row = session.Prepare(Find).Bind(1, roomId).Bind(2, seq).Bind(3, limit); row.Step();)
        {
            found.Add((row.Int64(0), row.Text(1)));
        }

        foreach (var (id, words) in found)
        {
            index.Take(session, id, words);
            session.Prepare(Delete).Bind(1, id).Run();
        }

        return Math.Max(
            found.Count, session.Prepare(Mentions).Bind(1, roomId).Bind(2, seq).Bind(3, limit).Run());
    }

    /// <summary>Gives up files of messages with numbers in [from, below); returns how many.</summary>
    public static int DropFilesBelow(SqlSession session, long roomId, long from, long below, int limit)
    {
        const string Sql = """
            update files set seq = -1 where id in (
                select id from files where room_id = ?1 and seq >= ?2 and seq < ?3 limit ?4)
            """;

        return session.Prepare(Sql).Bind(1, roomId).Bind(2, from).Bind(3, below).Bind(4, limit).Run();
    }

    /// <summary>True when the message has words and nothing was kept of it before.</summary>
    private bool SetTokens(SqlSession session, long roomId, IndexedMessage message)
    {
        const string Find = """
            select s.id, s.words, m.at from (select 1 as one) as o
            left join search_rows s on s.room_id = ?1 and s.seq = ?2
            left join messages m on m.room_id = ?1 and m.seq = ?2
            """;
        const string Update = "update search_rows set words = ?2 where id = ?1";
        const string Delete = "delete from search_rows where id = ?1";

        var row = session.Prepare(Find).Bind(1, roomId).Bind(2, message.Seq);
        row.Step();
        var (id, words, at) = (row.Int64(0), row.IsNull(0) ? null : row.Text(1), row.IsNull(2) ? -1 : row.Int64(2));
        row.Reset();
        if (words is null)
        {
            // Without a time it was dropped by retention since it was read.
            if (message.Tokens is { } first && at >= 0)
            {
                Insert(session, roomId, message.Seq, at, first);
            }

            return message.Tokens is not null;
        }

        if (words == message.Tokens)
        {
            return false;
        }

        index.Take(session, id, words);
        if (message.Tokens is { } tokens)
        {
            session.Prepare(Update).Bind(1, id).Bind(2, tokens).Run();
            index.Set(session, id, tokens);
        }
        else
        {
            session.Prepare(Delete).Bind(1, id).Run();
        }

        return false;
    }

    private void Insert(SqlSession session, long roomId, long seq, long at, string tokens)
    {
        var id = SearchIds.Of(at, seq);
        while (!index.Insert(session, id, roomId, seq, tokens))
        {
            id++;
        }
    }

    private static void SetMentions(SqlSession session, long roomId, IndexedMessage message, bool isFirst)
    {
        const string Delete = "delete from mentions where room_id = ?1 and seq = ?2";
        const string Add = """
            insert into mentions (user_id, room_id, seq)
            select ?1, room_id, seq from messages where room_id = ?2 and seq = ?3 and author_id <> ?1
            on conflict do nothing
            """;

        if (!isFirst)
        {
            session.Prepare(Delete).Bind(1, roomId).Bind(2, message.Seq).Run();
        }

        foreach (var user in message.Mentioned)
        {
            session.Prepare(Add).Bind(1, user).Bind(2, roomId).Bind(3, message.Seq).Run();
        }
    }

    /// <summary>Only who sent a file to the room can put it into a message there, and only into one.</summary>
    private static int SetFiles(SqlSession session, long roomId, IndexedMessage message, bool isFirst)
    {
        const string Had = "select id from files where room_id = ?1 and seq = ?2";
        const string Drop = "update files set seq = -1 where id = ?1";
        const string Link = """
            update files set seq = ?3 where id = ?1 and room_id = ?2 and seq = 0
                and user_id = (select author_id from messages where room_id = ?2 and seq = ?3)
            """;

        var lost = new List<string>();
        if (!isFirst)
        {
            for (var row = session.Prepare(Had).Bind(1, roomId).Bind(2, message.Seq); row.Step();)
            {
                if (row.Text(0) is var id && !message.Files.Contains(id))
                {
                    lost.Add(id);
                }
            }
        }

        foreach (var id in lost)
        {
            session.Prepare(Drop).Bind(1, id).Run();
        }

        foreach (var id in message.Files)
        {
            session.Prepare(Link).Bind(1, id).Bind(2, roomId).Bind(3, message.Seq).Run();
        }

        return lost.Count;
    }
}
