using Culvert.Server.Accounts;

namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Takes what a change of an account means for the other nodes, in the transaction of the change: both are committed,
/// or neither is.
/// </summary>
/// <remarks>Safe for concurrent calls.</remarks>
internal interface IAccountOutbox
{
    /// <summary>
    /// Writes it; the id of the entry. The last thing that a transaction does: the next one to tell something waits
    /// for its end.
    /// </summary>
    long Add(SqlSession session, AccountNews news);

    /// <summary>
    /// The entry was committed, and this node acts on it by itself. On the thread of the database, before the caller
    /// goes on; must not wait nor throw.
    /// </summary>
    void Committed(long id);
}
