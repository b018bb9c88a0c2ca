using System.Buffers.Text;
using Npgsql;

namespace Culvert.Server.Fanout.Postgres;

/// <summary>A connection that listens to one channel.</summary>
internal sealed class PostgresListener : IBusListener
{
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _time;

    // Filled while this class reads from the connection, and emptied before it reads again.
    private readonly Queue<ReadOnlyMemory<byte>> _heard = [];

    private PostgresListener(NpgsqlConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
    }

    public static async Task<PostgresListener> ListenAsync(
        NpgsqlConnection connection, string channel, TimeProvider time, CancellationToken cancellationToken)
    {
        var listener = new PostgresListener(connection, time);
        connection.Notification += listener.Hear;

        // The channel is a name of ours; quoting keeps its case.
        await using var command = new NpgsqlCommand($"listen \"{channel}\"", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return listener;
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (_heard.Count == 0)
        {
            if (!await WaitAsync(cancellationToken))
            {
                await AskAsync(cancellationToken);
            }
        }

        return _heard.Dequeue();
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Notification -= Hear;
        await _connection.DisposeAsync();
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs notification)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(notification.Payload.Length)];

        // What is no base64 is nobody's frame; as an empty one it counts as lost.
        _heard.Enqueue(
            Convert.TryFromBase64String(notification.Payload, bytes, out var length)
                ? bytes.AsMemory(0, length)
                : default);
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var quiet = new CancellationTokenSource(QuietLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            await _connection.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>A connection whose other end is gone is quiet for ever: so it has to answer now and then.</summary>
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(AnswerLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        await using var command = new NpgsqlCommand("select 1", _connection);
        await command.ExecuteNonQueryAsync(either.Token);
    }
}
