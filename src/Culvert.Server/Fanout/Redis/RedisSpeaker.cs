using System.Buffers;

namespace Culvert.Server.Fanout.Redis;

/// <summary>A connection that publishes to one channel.</summary>
internal sealed class RedisSpeaker(RedisConnection connection, byte[] channel) : IBusSpeaker
{
    private static readonly byte[] Publish = "PUBLISH"u8.ToArray();
    private static readonly byte[] Ping = "PING"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _commands = new();

    public async Task SendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        _commands.ResetWrittenCount();
        foreach (var frame in frames)
        {
            RedisConnection.Write(_commands, Publish, channel, frame);
        }

        if (frames.Count == 0)
        {
            RedisConnection.Write(_commands, Ping);
        }

        await connection.SendAsync(_commands.WrittenMemory, cancellationToken);
        for (var replies = Math.Max(1, frames.Count); replies > 0; replies--)
        {
            await connection.ReadReplyAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
