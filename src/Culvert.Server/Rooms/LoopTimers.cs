using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// Heartbeats, pings and deadlines of all connections of one writer loop: one scan per tick instead of a timer each.
/// </summary>
/// <remarks>
/// Runs on the loop's thread. A tick looks at one slice of the connections, so that a second sees them all.
/// </remarks>
internal sealed class LoopTimers(WriterLoop loop, RoomOptions options)
{
    /// <summary>Ticks per second; the ticker of the node keeps this rate.</summary>
    public const int PerSecond = 4;

    /// <summary>How long a goodbye may wait for a slow peer.</summary>
    private const int EndingMilliseconds = 2000;

    private readonly long _heartbeat = (long)options.Heartbeat.TotalMilliseconds;
    private readonly long _ping = (long)options.PingInterval.TotalMilliseconds;
    private readonly long _pong = (long)options.PongTimeout.TotalMilliseconds;
    private readonly long _stall = (long)options.StallTimeout.TotalMilliseconds;
    private int _slice;

    public void Tick(long now)
    {
        _slice = (_slice + 1) % PerSecond;
        var connections = loop.Connections;

        // Backwards, because finishing a connection moves the last one into its place.
        var utcNow = loop.UtcMilliseconds;
        var last = connections.Count - 1;
        for (var i = last - ((last - _slice + PerSecond) % PerSecond); i >= 0; i -= PerSecond)
        {
            Look(connections[i], now, utcNow);
        }
    }

    private void Look(Subscriber subscriber, long now, long utcNow)
    {
        if (subscriber.Ending is { } ending)
        {
            if (now - subscriber.EndingSince > EndingMilliseconds)
            {
                loop.Finish(subscriber, ending.Code);
            }
        }
        else if (subscriber.Caller.ExpiresAt <= utcNow)
        {
            loop.End(subscriber, Goodbye.Of(subscriber.Face, StreamCloseCode.SessionEnded));
        }
        else if (subscriber.IsBlocked)
        {
            if (now - subscriber.LastSent > _stall)
            {
                // It takes nothing, so there is nobody to tell: its cursor is with the client.
                loop.Finish(subscriber, StreamCloseCode.TooSlow);
            }
        }
        else if (subscriber.Ping is { } ping)
        {
            LookAtPeer(subscriber, ping, now);
        }
        else if (now - subscriber.LastSent >= _heartbeat && subscriber.Subscriptions.Count > 0)
        {
            subscriber.AddOwn(Heartbeats.As(subscriber.Face));
            loop.MarkDirty(subscriber);
        }
    }

    private void LookAtPeer(Subscriber subscriber, byte[] ping, long now)
    {
        var silent = now - subscriber.LastReceived;
        if (subscriber.PingedAt > 0 && subscriber.LastReceived < subscriber.PingedAt)
        {
            if (now - subscriber.PingedAt > _pong)
            {
                loop.End(subscriber, Goodbye.Of(subscriber.Face, StreamCloseCode.Idle));
            }
        }
        else if (silent >= _ping)
        {
            // Any byte of the peer counts as a sign of life; it is asked for one only when it is silent.
            subscriber.PingedAt = now;
            subscriber.AddOwn(ping);
            loop.MarkDirty(subscriber);
        }
    }
}
