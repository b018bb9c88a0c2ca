using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Postgres;

/// <summary>Rows that wait to be written by one statement, column by column.</summary>
/// <remarks>The statement takes each column as an array and unnests them. Used by one thread.</remarks>
internal sealed class PostgresRows
{
    private readonly string _sql;
    private readonly NpgsqlDbType[] _types;
    private readonly List<long>[] _numbers;
    private readonly List<byte[]?>[] _bytes;

    /// <param name="sql">The statement; <c>$1</c> and on are the columns.</param>
    /// <param name="types">Of each column: bigint, text or bytea.</param>
    public PostgresRows(string sql, params NpgsqlDbType[] types)
    {
        _sql = sql;
        _types = types;
        _numbers = Array.ConvertAll(types, static _ => new List<long>());
        _bytes = Array.ConvertAll(types, static _ => new List<byte[]?>());
    }

    public int Count { get; private set; }

    /// <summary>Adds a row: its numbers, then what it has besides, each in the order of their columns.</summary>
    public void Add(ReadOnlySpan<long> numbers, params ReadOnlySpan<byte[]?> others)
    {
        Count++;
        var (number, other) = (0, 0);
        for (var column = 0; column < _types.Length; column++)
        {
            if (_types[column] == NpgsqlDbType.Bigint)
            {
                _numbers[column].Add(numbers[number++]);
            }
            else
            {
                _bytes[column].Add(others[other++]);
            }
        }
    }

    /// <summary>Puts the statement for all rows so far into the batch; nothing when there are none.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(_sql);
        for (var column = 0; column < _types.Length; column++)
        {
            command.Parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Array | _types[column],
                Value = _types[column] == NpgsqlDbType.Bigint ? _numbers[column].ToArray() : _bytes[column].ToArray(),
            });
        }

        batch.BatchCommands.Add(command);
    }

    public void Clear()
    {
        Count = 0;
        Array.ForEach(_numbers, static column => column.Clear());
        Array.ForEach(_bytes, static column => column.Clear());
    }
}
