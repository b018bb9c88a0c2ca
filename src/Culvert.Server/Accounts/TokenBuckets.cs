namespace Culvert.Server.Accounts;

/// <summary>Token buckets by key, of which only a bounded number is kept. Safe for concurrent use.</summary>
/// <remarks>
/// A bucket is one time: the moment it will be full again. A key without a bucket has a full one, so full buckets are
/// forgotten. When the table is full of others, further keys share one bucket: strangers slow each other down, and the
/// memory stays bounded.
/// </remarks>
internal sealed class TokenBuckets
{
    private readonly Dictionary<string, long> _fullAt = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _ticksPerToken;
    private readonly long _ticksPerBucket;
    private readonly int _maxKeys;
    private long _overflowFullAt;
    private long _nextSweep;

    /// <param name="time">The clock.</param>
    /// <param name="capacity">Tokens in a full bucket.</param>
    /// <param name="refill">The time in which an empty bucket fills.</param>
    /// <param name="maxKeys">Buckets that are kept.</param>
    public TokenBuckets(TimeProvider time, int capacity, TimeSpan refill, int maxKeys)
    {
        _time = time;
        _ticksPerToken = Math.Max(1, refill.Ticks / capacity);
        _ticksPerBucket = _ticksPerToken * capacity;
        _maxKeys = maxKeys;
    }

    /// <summary>Takes one token. Zero when there was one, else the time until there is.</summary>
    public TimeSpan Take(string key)
    {
        lock (_lock)
        {
            var now = Now;
            var fullAt = Math.Max(now, Read(key));
            var wait = fullAt + _ticksPerToken - _ticksPerBucket - now;
            if (wait > 0)
            {
                return new TimeSpan(wait);
            }

            Write(key, fullAt + _ticksPerToken, now);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Puts back a token taken before.</summary>
    public void Return(string key)
    {
        lock (_lock)
        {
            Write(key, Read(key) - _ticksPerToken, Now);
        }
    }

    // Ticks of TimeSpan; unlike the wall clock it never goes back.
    private long Now => _time.GetElapsedTime(0).Ticks;

    private long Read(string key) => _fullAt.TryGetValue(key, out var fullAt) ? fullAt : _overflowFullAt;

    private void Write(string key, long fullAt, long now)
    {
        if (_fullAt.ContainsKey(key) || HasRoom(now))
        {
            _fullAt[key] = fullAt;
        }
        else
        {
            _overflowFullAt = fullAt;
        }
    }

    private bool HasRoom(long now)
    {
        if (_fullAt.Count < _maxKeys)
        {
            return true;
        }

        // At most once a token's time: the sweep is linear, and sooner there is little new to find.
        if (now >= _nextSweep)
        {
            _nextSweep = now + _ticksPerToken;
            foreach (var (key, fullAt) in _fullAt)
            {
                if (fullAt <= now)
                {
                    _fullAt.Remove(key);
                }
            }
        }

        return _fullAt.Count < _maxKeys;
    }
}
