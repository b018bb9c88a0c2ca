namespace Culvert.Server.Storage.Sql;

/// <summary>One transaction waiting for its thread.</summary>
internal abstract class SqlWork
{
    /// <summary>Runs it as a write or a read. Does not throw.</summary>
    public abstract void Run(SqlSession session, bool write);

    /// <summary>Gives the caller the result or the error. Call once, after <see cref="Run"/>.</summary>
    public abstract void Complete();
}
