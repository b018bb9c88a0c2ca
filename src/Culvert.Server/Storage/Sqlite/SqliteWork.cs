namespace Culvert.Server.Storage.Sqlite;

/// <summary>One transaction waiting for its thread.</summary>
internal abstract class SqliteWork
{
    /// <summary>
    /// Runs it as a write or a read; then the caller has its result or error. True when it succeeded.
    /// </summary>
    public abstract bool Run(SqliteSession session, bool write);
}
