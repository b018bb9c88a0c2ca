using Npgsql;
using NpgsqlTypes;

namespace Culvert.Server.Storage.Postgres;

/// <summary>Rows that wait to be written by one statement, column by column.</summary>
/// <remarks>
/// The statement takes each column as an array and unnests them. It and its parameters are made once a connection: they
/// look at the columns as they are when it is sent. Used by one thread.
/// </remarks>
internal sealed class PostgresRows
{
    private readonly string _sql;
    private readonly NpgsqlDbType[] _types;
    private readonly List<long>[] _numbers;
    private readonly List<byte[]?>[] _bytes;
    private NpgsqlBatchCommand? _command;
    private NpgsqlConnection? _connection;

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

        // A command remembers what it was prepared as, which no other connection knows.
        if (_command is null || _connection != batch.Connection)
        {
            _connection = batch.Connection;
            _command = NewCommand();
        }

        batch.BatchCommands.Add(_command);
    }

    public void Clear()
    {
        Count = 0;
        Array.ForEach(_numbers, static column => column.Clear());
        Array.ForEach(_bytes, static column => column.Clear());
    }

    private NpgsqlBatchCommand NewCommand()
    {
        var command = new NpgsqlBatchCommand(_sql);
        for (var column = 0; column < _types.Length; column++)
        {
            var type = NpgsqlDbType.Array | _types[column];
            command.Parameters.Add(_types[column] == NpgsqlDbType.Bigint
                ? new NpgsqlParameter<List<long>> { NpgsqlDbType = type, TypedValue = _numbers[column] }
                : new NpgsqlParameter<List<byte[]?>> { NpgsqlDbType = type, TypedValue = _bytes[column] });
        }

        return command;
    }
}
