using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sql;

/// <summary>
/// The words of <c>search_rows</c> as an engine searches them. Each method runs in the transaction of its caller.
/// </summary>
internal interface IWordIndex
{
    /// <summary>Adds a row with its words; false, and nothing added, when the id is taken.</summary>
    bool Insert(SqlSession session, long id, long roomId, long seq, string words);

    /// <summary>
    /// Adds rows with the words of those messages that have none yet, as far as an engine can do so at once; the
    /// numbers of the messages. The others are to be looked at one by one.
    /// </summary>
    IReadOnlySet<long> InsertNew(SqlSession session, long roomId, IReadOnlyList<IndexedMessage> messages);

    /// <summary>Gives a row that is there other words, after <see cref="Take"/>.</summary>
    void Set(SqlSession session, long id, string words);

    /// <summary>Takes the words of a row out that is still there, and that had these.</summary>
    void Take(SqlSession session, long id, string words);

    /// <summary>As <see cref="Search.Indexing.IIndexStore.SearchAsync"/>.</summary>
    IReadOnlyList<SearchRow> Search(
        SqlSession session, SearchExpression expression, long afterId, long beforeId, int limit,
        CancellationToken cancellationToken);
}
