using System.Globalization;
using System.Text;
using Culvert.Server.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Postgres;

/// <summary>One statement of one connection. Used by its session's thread only.</summary>
/// <remarks>
/// A connection runs one statement at a time, and the stores walk through two side by side: so the first step fetches
/// all rows, and every statement of the stores has a bound on them. Texts travel as the bytes they are, as SQLite has
/// them.
/// </remarks>
internal sealed class PostgresStatement : SqlStatement, IDisposable
{
    private readonly PostgresSession _session;
    private readonly NpgsqlCommand _command;
    private readonly List<PostgresCell> _cells = [];
    private int _columns;
    private int _rows;
    private int _row = -1;

    public PostgresStatement(PostgresSession session, NpgsqlConnection connection, string sql)
    {
        _session = session;
        _command = new NpgsqlCommand(Translate(sql, out var parameters), connection);
        for (var index = 0; index < parameters; index++)
        {
            _command.Parameters.Add(new NpgsqlParameter());
        }
    }

    public override SqlStatement Bind(int index, long value) => Set(index, NpgsqlDbType.Bigint, value);

    public override SqlStatement Bind(int index, long? value) => Set(index, NpgsqlDbType.Bigint, value);

    public override SqlStatement Bind(int index, string? value) =>
        Set(index, NpgsqlDbType.Text, value is null ? null : Utf8Of(value));

    public override SqlStatement BindAscii(int index, string? value) => Bind(index, value);

    public override SqlStatement BindBlob(int index, ReadOnlySpan<byte> value) =>
        Set(index, NpgsqlDbType.Bytea, value.ToArray());

    public override bool Step()
    {
        if (_row < 0)
        {
            Fetch();
        }

        if (++_row < _rows)
        {
            return true;
        }

        Reset();
        return false;
    }

    public override int Run()
    {
        var rows = _command.ExecuteNonQuery();
        _session.Answered();
        return rows;
    }

    public override void Reset()
    {
        _row = -1;
        _rows = 0;
        _cells.Clear();
    }

    public override bool IsNull(int column) => Cell(column).IsNull;

    public override long Int64(int column) => Cell(column).Number;

    public override ReadOnlySpan<byte> Bytes(int column) => Cell(column).Bytes;

    public override string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _command.Dispose();

    /// <summary>UTF-8 that a text of PostgreSQL may be: it takes any character but zero.</summary>
    public static byte[] Utf8Of(string value) => Encoding.UTF8.GetBytes(value.Replace('\0', '\uFFFD'));

    /// <summary>Parameters are numbered in both engines, with another sign before the number.</summary>
    private static string Translate(string sql, out int parameters)
    {
        parameters = 0;
        var text = new StringBuilder(sql.Length);
        for (var at = 0; at < sql.Length; at++)
        {
            if (sql[at] != '?')
            {
                text.Append(sql[at]);
                continue;
            }

            var end = at + 1;
            while (end < sql.Length && char.IsAsciiDigit(sql[end]))
            {
                end++;
            }

            var number = int.Parse(sql.AsSpan(at + 1, end - at - 1), CultureInfo.InvariantCulture);
            parameters = Math.Max(parameters, number);
            text.Append('$').Append(number);
            at = end - 1;
        }

        return text.ToString();
    }

    private PostgresStatement Set(int index, NpgsqlDbType type, object? value)
    {
        var parameter = _command.Parameters[index - 1];
        if (parameter.NpgsqlDbType != type)
        {
            parameter.NpgsqlDbType = type;
        }

        parameter.Value = value ?? DBNull.Value;
        return this;
    }

    private PostgresCell Cell(int column) => _cells[(_row * _columns) + column];

    private void Fetch()
    {
        using var reader = _command.ExecuteReader();
        _columns = reader.FieldCount;
        while (reader.Read())
        {
            _rows++;
            for (var column = 0; column < _columns; column++)
            {
                _cells.Add(Read(reader, column));
            }
        }

        _session.Answered();
    }

    private static PostgresCell Read(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
        {
            return new PostgresCell(0, null, IsNull: true);
        }

        var type = reader.GetFieldType(column);
        if (type == typeof(long))
        {
            return new PostgresCell(reader.GetInt64(column), null, false);
        }

        return type == typeof(string) || type == typeof(byte[])
            ? new PostgresCell(0, reader.GetFieldValue<byte[]>(column), false)
            : new PostgresCell(Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture), null, false);
    }
}
