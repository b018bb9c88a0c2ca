using System.Text;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Moving;

/// <summary>One table, read in the order of its key from either engine, and written to PostgreSQL.</summary>
/// <remarks>
/// A value is a <see cref="long"/>, the bytes of a text or blob, or null. Used by one caller at a time.
/// </remarks>
internal sealed class MovedTable
{
    private readonly IReadOnlyList<MovedColumn> _columns;
    private readonly int[] _key;
    private readonly int _limit;
    private readonly string _first;
    private readonly string _next;
    private readonly string _last;
    private readonly string _copy;

    /// <param name="name">The table.</param>
    /// <param name="columns">All of its columns.</param>
    /// <param name="limit">Rows that are held at once.</param>
    /// <param name="filter">Which rows there are, as a condition.</param>
    public MovedTable(string name, IReadOnlyList<MovedColumn> columns, int limit, string filter = "1 = 1")
    {
        Name = name;
        _columns = columns;
        _limit = limit;
        _key =
        [
            .. Enumerable.Range(0, columns.Count)
                .Where(index => columns[index].KeyPart > 0)
                .OrderBy(index => columns[index].KeyPart),
        ];
        var names = string.Join(", ", columns.Select(static column => column.Name));
        var key = string.Join(", ", _key.Select(index => columns[index].Name));
        var after = string.Join(", ", Enumerable.Range(1, _key.Length).Select(static number => $"?{number}"));
        var down = string.Join(", ", _key.Select(index => columns[index].Name + " desc"));
        Count = $"select count(*) from {name} where {filter}";
        _first = $"select {names} from {name} where {filter} order by {key} limit {limit}";
        _next = $"select {names} from {name} where ({key}) > ({after}) and {filter} order by {key} limit {limit}";
        _last = $"select {names} from {name} order by {down} limit 1";
        _copy = $"copy {name} ({names}) from stdin (format binary)";
    }

    public string Name { get; }

    /// <summary>The statement that counts the rows.</summary>
    public string Count { get; }

    /// <summary>The next rows after this one, or the first; fewer than the limit only at the end.</summary>
    public List<object?[]> Read(SqlSession session, object?[]? after)
    {
        var statement = session.Prepare(after is null ? _first : _next);
        for (var part = 0; after is not null && part < _key.Length; part++)
        {
            var column = _columns[_key[part]];
            _ = column.Type switch
            {
                "integer" => statement.Bind(part + 1, (long)after[_key[part]]!), // No part of a key is null.
                "text" => statement.Bind(part + 1, Encoding.UTF8.GetString((byte[])after[_key[part]]!)),
                _ => statement.BindBlob(part + 1, (byte[])after[_key[part]]!),
            };
        }

        List<object?[]> rows = new(_limit);
        while (statement.Step())
        {
            rows.Add(ReadRow(statement));
        }

        return rows;
    }

    /// <summary>The row with the highest key; null when there is none.</summary>
    public object?[]? ReadLast(SqlSession session)
    {
        var statement = session.Prepare(_last);
        var row = statement.Step() ? ReadRow(statement) : null;
        statement.Reset();
        return row;
    }

    public void Write(PostgresSession session, IReadOnlyList<object?[]> rows)
    {
        using var writer = session.Connection.BeginBinaryImport(_copy);
        foreach (var row in rows)
        {
            writer.StartRow();
            for (var index = 0; index < row.Length; index++)
            {
                WriteValue(writer, row[index], _columns[index].Type);
            }
        }

        writer.Complete();
        session.Answered();
    }

    private static void WriteValue(NpgsqlBinaryImporter writer, object? value, string type)
    {
        switch (value)
        {
            case long number:
                writer.Write(number, NpgsqlDbType.Bigint);
                break;
            case byte[] bytes:
                writer.Write(bytes, type == "text" ? NpgsqlDbType.Text : NpgsqlDbType.Bytea);
                break;
            default:
                writer.WriteNull();
                break;
        }
    }

    private object?[] ReadRow(SqlStatement statement)
    {
        var row = new object?[_columns.Count];
        for (var index = 0; index < row.Length; index++)
        {
            if (!statement.IsNull(index))
            {
                row[index] = _columns[index].Type switch
                {
                    "integer" => statement.Int64(index),
                    // As PostgreSQL takes it.
                    "text" => PostgresStatement.Utf8Of(statement.Text(index)),
                    _ => statement.Bytes(index).ToArray(),
                };
            }
        }

        return row;
    }
}
