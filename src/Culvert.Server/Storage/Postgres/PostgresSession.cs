using System.Data;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Npgsql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>
/// One connection, opened when it is needed and again when it broke, and its statements. Used by one thread.
/// </summary>
internal sealed class PostgresSession : SqlSession
{
    /// <summary>Times a transaction that met others is run in all.</summary>
    private const int MaxAttempts = 12;

    /// <summary>A server that is away is not asked again before this.</summary>
    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A node that stops in the middle of a transaction must not keep the rooms that it has locked: the server ends its
    /// session.
    /// </summary>
    private const string Settings = """
        set lock_timeout = '10s';
        set idle_in_transaction_session_timeout = '10s';
        """;

    private const string ReadOnly = "set session characteristics as transaction read only;";

    // By reference: every statement text is a constant, so the same text is the same object.
    private readonly Dictionary<object, PostgresStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly string _connectionString;
    private readonly IsolationLevel _isolation;
    private readonly bool _isReader;
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _closing = new();
    private NpgsqlConnection? _connection;
    private StoreException? _refused;
    private long _refusedAt;
    private bool _hasAnswered;
    private bool _isCommitting;
    private bool _isCommitted;

    /// <param name="connectionString">As <see cref="PostgresDatabase"/> completed it.</param>
    /// <param name="isolation">Of every transaction of this session.</param>
    /// <param name="isReader">True to have the server refuse writes.</param>
    /// <param name="time">For the pause between two attempts to connect.</param>
    public PostgresSession(string connectionString, IsolationLevel isolation, bool isReader, TimeProvider time)
    {
        _connectionString = connectionString;
        _isolation = isolation;
        _isReader = isReader;
        _time = time;
    }

    /// <summary>The open connection; only inside a transaction.</summary>
    public NpgsqlConnection Connection => _connection!; // Open() sets it before any work begins.

    public override SqlStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new PostgresStatement(this, Connection, sql);
            _statements.Add(sql, statement);
        }

        statement.Reset();
        return statement;
    }

    public override void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, Connection);
        command.ExecuteNonQuery();
        Answered();
    }

    public override void LockRoom(long roomId)
    {
        const string Sql = "select 1 from rooms where id = ?1 for update";

        Prepare(Sql).Bind(1, roomId).Step();
    }

    /// <summary>
    /// Notes that a statement ran to its end: from now on a connection that breaks takes a part of the work with it.
    /// </summary>
    public void Answered() => _hasAnswered = true;

    /// <summary>
    /// Runs these and commits, in one round trip: a work does so at its end, or leaves the commit to the session.
    /// </summary>
    public void Commit(NpgsqlBatch last)
    {
        last.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        _isCommitting = true;
        last.ExecuteNonQuery();
        _isCommitted = true;
    }

    public override T Read<T>(Func<SqlSession, T> work) => Run(work);

    public override T Write<T>(Func<SqlSession, T> work) => Run(work);

    public override Exception Translate(Exception exception) => PostgresErrors.Translate(exception);

    /// <summary>Ends the pauses between attempts. May be called from any thread.</summary>
    public void StopWaiting() => _closing.Set();

    public override void Dispose()
    {
        Drop();
        _closing.Dispose();
    }

    private T Run<T>(Func<SqlSession, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isFresh = Open();
            _hasAnswered = _isCommitting = _isCommitted = false;
            try
            {
                // Sent with the first statement, so it costs nothing.
                using var transaction = Connection.BeginTransaction(_isolation);
                var result = work(this);
                if (!_isCommitted)
                {
                    _isCommitting = true;
                    transaction.Commit();
                }

                return result;
            }
            catch (Exception exception)
            {
                var isBroken = Connection.State != ConnectionState.Open;
                if (isBroken)
                {
                    Drop();
                }

                // Npgsql also gives up connections for some refusals, such as that of a full disk.
                if (isBroken && _isCommitting && !PostgresErrors.IsRefusal(exception))
                {
                    throw PostgresErrors.Unknown(exception);
                }

                // A connection may have been dead for long: nothing was done on it, so a new one may do it.
                var isStale = isBroken && !isFresh && !_hasAnswered;
                if (!isStale && !(IsConflict(exception) && attempt < MaxAttempts))
                {
                    throw;
                }
            }

            Pause(attempt);
        }
    }

    private bool IsConflict(Exception exception) =>
        PostgresErrors.IsConflict(exception, _isolation == IsolationLevel.Serializable);

    /// <summary>Longer each time and never the same for two, so that they do not meet again.</summary>
    private void Pause(int attempt)
    {
        if (attempt > 1)
        {
            _closing.Wait(Random.Shared.Next(1 << Math.Min(attempt, 6)));
        }
    }

    /// <summary>Connects if need be; true when it did.</summary>
    private bool Open()
    {
        if (_connection is { State: ConnectionState.Open })
        {
            return false;
        }

        Drop();
        if (_refused is not null && _time.GetElapsedTime(_refusedAt) < ConnectPause)
        {
            throw new StoreException(_refused.Message, full: false, _refused.InnerException);
        }

        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = new NpgsqlCommand(_isReader ? Settings + ReadOnly : Settings, connection);
            command.ExecuteNonQuery();
            _connection = connection;
            _refused = null;
            return true;
        }
        catch (Exception exception) when (PostgresErrors.IsUnreachable(exception))
        {
            connection.Dispose();
            _refusedAt = _time.GetTimestamp();
            _refused = new StoreException(
                $"The database cannot be reached: {PostgresErrors.Cause(exception)}", full: false, exception);
            throw _refused;
        }
    }

    private void Drop()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection?.Dispose();
        _connection = null;
    }
}
