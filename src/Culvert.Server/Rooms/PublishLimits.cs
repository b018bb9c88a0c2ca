namespace Culvert.Server.Rooms;

/// <summary>Publish rates of all users of this node. Thread-safe.</summary>
internal sealed class PublishLimits(RoomOptions options)
{
    private const int MaxUsers = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, TokenBucket> _buckets = [];

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

    /// <summary>Buckets that are full again carry no information.</summary>
    private void Forget(long now)
    {
        var full = now - (long)((double)options.PublishBurst / options.PublishPerSecond * 1000);
        foreach (var (user, bucket) in _buckets)
        {
            if (bucket.LastUsed <= full)
            {
                _buckets.Remove(user);
            }
        }
    }
}
