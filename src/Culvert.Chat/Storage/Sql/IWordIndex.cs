using Culvert.Chat.Search;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sql;

/// <summary>
/// The words of <c>search_rows</c> as an engine searches them. Each method runs in the transaction of its caller.
/// </summary>
internal interface IWordIndex
{
    /// <summary>Adds a row with its words; false, and nothing added, when the id is taken.</summary>
    bool Insert(SqlSession session, long id, long roomId, long seq, string words);

    /// <summary>Gives a row that is there other words, after <see cref="Take"/>.</summary>
    void Set(SqlSession session, long id, string words);

    /// <summary>Takes the words of a row out that is still there, and that had these.</summary>
    void Take(SqlSession session, long id, string words);

    /// <summary>As <see cref="Search.Indexing.IIndexStore.SearchAsync"/>.</summary>
    IReadOnlyList<SearchRow> Search(
        SqlSession session, SearchExpression expression, long afterId, long beforeId, int limit,
        CancellationToken cancellationToken);
}
