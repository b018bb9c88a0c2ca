using System.Text;

namespace Culvert.Server.Fanout.Redis;

/// <summary>Carries frames over one channel of a Redis. It keeps nothing there.</summary>
internal sealed class RedisWire(RedisAddress address, string channel, TimeProvider time) : IBusWire
{
    private readonly byte[] _channel = Encoding.UTF8.GetBytes(channel);

    public string Name => $"Redis at {address}";

    public int MaxFrameBytes => 1 << 20;

    public async Task<IBusListener> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = await RedisConnection.OpenAsync(address, cancellationToken);
        try
        {
            return await RedisListener.SubscribeAsync(connection, _channel, time, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<IBusSpeaker> SpeakAsync(CancellationToken cancellationToken) =>
        new RedisSpeaker(await RedisConnection.OpenAsync(address, cancellationToken), _channel);
}
