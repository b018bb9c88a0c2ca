using System.Buffers;

namespace Culvert.Server.Fanout.Redis;

/// <summary>A connection that is subscribed to one channel.</summary>
internal sealed class RedisListener : IBusListener
{
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PongLimit = TimeSpan.FromSeconds(5);

    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;

    private RedisListener(RedisConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
    }

    public static async Task<RedisListener> SubscribeAsync(
        RedisConnection connection, byte[] channel, TimeProvider time, CancellationToken cancellationToken)
    {
        var command = new ArrayBufferWriter<byte>();
        RedisConnection.Write(command, "SUBSCRIBE"u8.ToArray(), channel);
        await connection.SendAsync(command.WrittenMemory, cancellationToken);
        var reply = await connection.ReadReplyAsync(cancellationToken);
        return reply.Begins("subscribe"u8, 3)
            ? new RedisListener(connection, time)
            : throw new InvalidDataException("the server did not subscribe");
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var value = await _connection.ReadAsync(QuietLimit, _time, cancellationToken)
                ?? await AskAsync(cancellationToken);
            if (value.Begins("message"u8, 3))
            {
                return value.Items[2].Bytes;
            }

            if (value.Kind == RespKind.Error)
            {
                throw new IOException($"the server said: {value.Text}");
            }
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>A connection whose other end is gone is quiet for ever: so it has to answer now and then.</summary>
    private async ValueTask<RespValue> AskAsync(CancellationToken cancellationToken)
    {
        var command = new ArrayBufferWriter<byte>();
        RedisConnection.Write(command, "PING"u8.ToArray());
        await _connection.SendAsync(command.WrittenMemory, cancellationToken);
        return await _connection.ReadAsync(PongLimit, _time, cancellationToken)
            ?? throw new TimeoutException($"no answer within {PongLimit.TotalSeconds} s");
    }
}
