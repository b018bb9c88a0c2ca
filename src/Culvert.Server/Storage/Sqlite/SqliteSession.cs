using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>One connection and the statements prepared on it. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // By reference: every statement text is a constant, so the same text is the same object.
    private readonly Dictionary<object, Statement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<Statement> _started = [];

    public SqliteSession(SqliteConnection connection)
    {
        Connection = connection;
        // Null only for a connection that is not open.
        Handle = connection.Handle!;
    }

    public SqliteConnection Connection { get; }

    public sqlite3 Handle { get; }

    /// <summary>
    /// The statement of this text, prepared at its first use, kept as long as the connection, and ready to be bound.
    /// </summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new Statement(this, sql);
            _statements.Add(sql, statement);
        }

        return statement.Ready();
    }

    /// <summary>Runs statements without parameters or rows of interest.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

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

    /// <summary>Runs <paramref name="work"/> in one snapshot.</summary>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        Execute("begin");
        try
        {
            return work(this);
        }
        finally
        {
            ResetStarted();
            End();
        }
    }

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it, or nothing when anything throws.</summary>
    public T Write<T>(Func<SqliteSession, T> work)
    {
        Execute("begin immediate");
        try
        {
            var result = work(this);
            ResetStarted();
            Prepare("commit").Run();
            return result;
        }
        catch
        {
            ResetStarted();
            End();
            throw;
        }
    }

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    public Exception Error(int result) => SqliteErrors.Create(Handle, result);

    /// <summary>Notes a statement that has rows open, so that none outlives its transaction.</summary>
    public void Started(Statement statement) => _started.Add(statement);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        Connection.Dispose();
    }

    private void ResetStarted()
    {
        foreach (var statement in _started)
        {
            statement.End();
        }

        _started.Clear();
    }

    /// <summary>
    /// Leaves the transaction, if an error has not already done so (SQLite rolls some back by itself).
    /// </summary>
    private void End()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            // Cannot be allowed to hide the error that led here; a connection that stays in a transaction shows at
            // the next begin.
            _ = raw.sqlite3_exec(Handle, "rollback");
        }
    }
}
