namespace Culvert.Server.Rooms;

/// <summary>Publish rates of all users of this node. Thread-safe.</summary>
/// <remarks>
/// Each node counts for itself: who publishes on several has the rate of each. That keeps a publish from asking
/// anybody, and the bound is still one.
/// </remarks>
internal sealed class PublishLimits(RoomOptions options)
{
    private const int MaxUsers = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, TokenBucket> _buckets = [];
    private long _forgotAt = long.MinValue;

    /// <summary>0 when the caller may make <paramref name="count"/> changes now, otherwise the wait in ms.</summary>
    public int Take(Caller caller, int count, long now)
    {
        if (caller.IsUnlimited)
        {
            return 0;
        }

        lock (_lock)
        {
            if (!_buckets.TryGetValue(caller.UserId, out var bucket))
            {
                if (_buckets.Count >= MaxUsers)
                {
                    Forget(now);
                }

                bucket = new TokenBucket(options.PublishBurst, now);
            }

            var wait = bucket.Take(count, options.PublishPerSecond, options.PublishBurst, now);
            _buckets[caller.UserId] = bucket;
            return wait;
        }
    }

    /// <summary>
    /// Buckets that are full again carry no information. At most once a second: with more users than that publishing at
    /// once, each of them would pay for a look at all. There are no more buckets than users.
    /// </summary>
    private void Forget(long now)
    {
        if (_forgotAt / 1000 == now / 1000)
        {
            return;
        }

        _forgotAt = now;
        foreach (var (user, bucket) in _buckets)
        {
            if (bucket.IsFull(options.PublishPerSecond, options.PublishBurst, now))
            {
                _buckets.Remove(user);
            }
        }
    }
}
