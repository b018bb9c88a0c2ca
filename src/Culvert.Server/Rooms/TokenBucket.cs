namespace Culvert.Server.Rooms;

/// <summary>A rate limit: a burst that refills at a steady rate. Not thread-safe; deterministic in the given time.</summary>
internal struct TokenBucket
{
    private double _tokens;
    private long _at;

    public TokenBucket(int burst, long now)
    {
        _tokens = burst;
        _at = now;
    }

    /// <summary>When it was last used, UTC Unix milliseconds.</summary>
    public readonly long LastUsed => _at;

    /// <summary>Takes <paramref name="count"/> tokens and returns 0, or takes none and returns the wait in ms.</summary>
    public int Take(int count, double perSecond, int burst, long now)
    {
        _tokens = Math.Min(burst, _tokens + (Math.Max(0, now - _at) * perSecond / 1000));
        _at = Math.Max(_at, now);

        // A request larger than the burst would never pass: it passes when the bucket is full and leaves a debt.
        if (_tokens >= Math.Min(count, burst))
        {
            _tokens -= count;
            return 0;
        }

        return (int)Math.Ceiling((Math.Min(count, burst) - _tokens) * 1000 / perSecond);
    }
}
