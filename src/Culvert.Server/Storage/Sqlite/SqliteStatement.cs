using System.Text;
using Culvert.Server.Storage.Sql;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>One prepared statement of one connection. Used by that connection's thread only.</summary>
/// <remarks>
/// Binds and reads through SQLitePCL.raw: the ADO.NET layer allocates a parameter and boxes a value per column,
/// which the append and catch-up paths cannot afford. Parameters and columns are numbered as SQLite does: from 1
/// and from 0.
/// </remarks>
internal sealed class SqliteStatement : SqlStatement, IDisposable
{
    private readonly SqliteSession _session;
    private readonly sqlite3_stmt _statement;
    private bool _isStarted;
    private bool _hasRow;

    public SqliteStatement(SqliteSession session, string sql)
    {
        _session = session;
        session.Check(raw.sqlite3_prepare_v2(session.Handle, sql, out _statement));
    }

    public override SqlStatement Bind(int index, long value)
    {
        _session.Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public override SqlStatement Bind(int index, long? value) =>
        value is { } known ? Bind(index, known) : BindNull(index);

    public override SqlStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        _session.Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <remarks>Without making a string or array of it.</remarks>
    public override SqlStatement BindAscii(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        Span<byte> utf8 = stackalloc byte[256];
        if (value.Length > utf8.Length || Encoding.ASCII.GetBytes(value, utf8) != value.Length)
        {
            return Bind(index, value);
        }

        _session.Check(raw.sqlite3_bind_text(_statement, index, utf8[..value.Length]));
        return this;
    }

    public override SqlStatement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        // SQLite reads a null pointer as NULL, and an empty span may have one.
        _session.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    private SqliteStatement BindNull(int index)
    {
        _session.Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public override bool Step()
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

    public override int Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        return result == raw.SQLITE_DONE ? raw.sqlite3_changes(_session.Handle) : throw _session.Error(result);
    }

    /// <remarks>The result would repeat the error of the last step, which was reported then.</remarks>
    public override void Reset()
    {
        raw.sqlite3_reset(_statement);
        _hasRow = false;
    }

    /// <summary>Ends rows that an earlier user left open: parameters of a running statement cannot be bound.</summary>
    public SqliteStatement Ready()
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

    public override bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public override long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public override ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public override string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _statement.Dispose();
}
