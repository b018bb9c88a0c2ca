namespace Culvert.Server.Storage.Sql;

/// <summary>One transaction waiting for its thread.</summary>
internal abstract class SqlWork
{
    /// <summary>
    /// Runs it as a write or a read; then the caller has its result or error. True when it succeeded.
    /// </summary>
    public abstract bool Run(SqlSession session, bool write);
}
