using System.Text;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>One prepared statement of one connection. Used by that connection's thread only.</summary>
/// <remarks>
/// Binds and reads through SQLitePCL.raw: the ADO.NET layer allocates a parameter and boxes a value per column,
/// which the append and catch-up paths cannot afford. Parameters and columns are numbered as SQLite does: from 1
/// and from 0.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private readonly SqliteSession _session;
    private readonly sqlite3_stmt _statement;
    private bool _isStarted;
    private bool _hasRow;

    public Statement(SqliteSession session, string sql)
    {
        _session = session;
        session.Check(raw.sqlite3_prepare_v2(session.Handle, sql, out _statement));
    }

    public Statement Bind(int index, long value)
    {
        _session.Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } known ? Bind(index, known) : BindNull(index);

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        _session.Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>Binds text that is ASCII by contract without making a string or array of it.</summary>
    public Statement BindAscii(int index, string value)
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (value.Length > utf8.Length || Encoding.ASCII.GetBytes(value, utf8) != value.Length)
        {
            return Bind(index, value);
        }

        _session.Check(raw.sqlite3_bind_text(_statement, index, utf8[..value.Length]));
        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        // SQLite reads a null pointer as NULL, and an empty span may have one.
        _session.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public Statement BindNull(int index)
    {
        _session.Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Moves to the next row; false at the end, after which the statement is reset.</summary>
    public bool Step()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _session.Started(this);
        }

        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            _hasRow = true;
            return true;
        }

        Reset();
        return result == raw.SQLITE_DONE ? false : throw _session.Error(result);
    }

    /// <summary>Runs a statement that returns nothing; the number of rows it changed.</summary>
    public int Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        return result == raw.SQLITE_DONE ? raw.sqlite3_changes(_session.Handle) : throw _session.Error(result);
    }

    /// <summary>Ends the rows, so that the statement holds no snapshot; its spans become invalid.</summary>
    /// <remarks>The result would repeat the error of the last step, which was reported then.</remarks>
    public void Reset()
    {
        raw.sqlite3_reset(_statement);
        _hasRow = false;
    }

    /// <summary>Ends rows that an earlier user left open: parameters of a running statement cannot be bound.</summary>
    public Statement Ready()
    {
        if (_hasRow)
        {
            Reset();
        }

        return this;
    }

    /// <summary>The transaction is over: no rows stay open.</summary>
    public void End()
    {
        Reset();
        _isStarted = false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Bytes of a blob or UTF-8 of a text, valid until the next step or reset; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _statement.Dispose();
}
