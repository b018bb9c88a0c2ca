namespace Culvert.Server.Storage.Sql;

/// <summary>One connection and the statements prepared on it. Used by one thread at a time.</summary>
/// <remarks>
/// The SQL of the stores is written once. Both engines take it as it is, but for the parameters, which PostgreSQL
/// numbers with another sign, so it keeps to what both understand: no <c>cross join … on</c>, every inner select has a
/// name, in the update of an upsert the columns have their table's name before them.
/// </remarks>
internal abstract class SqlSession : IDisposable
{
    /// <summary>
    /// The statement of this text, prepared at its first use, kept as long as the connection, and ready to be bound.
    /// </summary>
    /// <param name="sql">A constant: the same text must be the same object.</param>
    public abstract SqlStatement Prepare(string sql);

    /// <summary>Runs statements without parameters or rows of interest.</summary>
    public abstract void Execute(string sql);

    /// <summary>
    /// Makes others that want to change the room wait until this transaction is over. Nothing where there is one
    /// writer.
    /// </summary>
    public abstract void LockRoom(long roomId);

    /// <summary>Runs <paramref name="work"/> in one snapshot.</summary>
    public abstract T Read<T>(Func<SqlSession, T> work);

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it, or nothing when anything throws.</summary>
    /// <remarks>The work may be run again when it met another transaction, so it must begin anew each time.</remarks>
    public abstract T Write<T>(Func<SqlSession, T> work);

    /// <summary>What a work threw, as the store's exception when the engine caused it.</summary>
    public abstract Exception Translate(Exception exception);

    /// <summary>First column of the first row of a statement without parameters, as an integer; 0 for none.</summary>
    public long QueryInt64(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    public string QueryText(string sql)
    {
        var statement = Prepare(sql);
        var value = statement.Step() ? statement.Text(0) : "";
        statement.Reset();
        return value;
    }

    public abstract void Dispose();
}
