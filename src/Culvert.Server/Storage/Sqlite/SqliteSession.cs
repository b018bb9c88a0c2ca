using Culvert.Server.Storage.Sql;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>One connection and the statements prepared on it. Used by one thread at a time.</summary>
internal sealed class SqliteSession : SqlSession
{
    // By reference: every statement text is a constant, so the same text is the same object.
    private readonly Dictionary<object, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<SqliteStatement> _started = [];

    private readonly Func<sqlite3>? _open;
    private sqlite3? _handle;

    /// <param name="handle">An open connection; owned from now on.</param>
    public SqliteSession(sqlite3 handle)
    {
        _handle = handle;
    }

    /// <param name="open">Opens the connection at its first use; then owned as well. May throw.</param>
    public SqliteSession(Func<sqlite3> open)
    {
        _open = open;
    }

    /// <exception cref="Rooms.StoreException">It is not open yet, and cannot be opened.</exception>
    public sqlite3 Handle => _handle ??= _open!();

    public override SqlStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(this, sql);
            _statements.Add(sql, statement);
        }

        return statement.Ready();
    }

    public override void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    public override void LockRoom(long roomId)
    {
        // There is one writer.
    }

    public override T Read<T>(Func<SqlSession, T> work)
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

    public override T Write<T>(Func<SqlSession, T> work)
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

    /// <summary>SQLite's own errors are the store's from the start.</summary>
    public override Exception Translate(Exception exception) => exception;

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Error(result);
        }
    }

    public Exception Error(int result) => SqliteErrors.Create(Handle, result);

    /// <summary>Notes a statement that has rows open, so that none outlives its transaction.</summary>
    public void Started(SqliteStatement statement) => _started.Add(statement);

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle?.Dispose();
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
