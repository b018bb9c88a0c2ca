namespace Culvert.Server.Rooms;

/// <summary>
/// A rate limit: a burst that refills at a steady rate. Not thread-safe; deterministic in the given time.
/// </summary>
internal struct TokenBucket
{
    private double _tokens;
    private long _at;

    public TokenBucket(int burst, long now)
    {
        _tokens = burst;
        _at = now;
    }

    /// <summary>True when nothing is owed: a new bucket would answer the same.</summary>
    public readonly bool IsFull(double perSecond, int burst, long now) => Refilled(perSecond, burst, now) >= burst;

    /// <summary>
    /// Takes <paramref name="count"/> tokens and returns 0, or takes none and returns the wait in ms.
    /// </summary>
    public int Take(int count, double perSecond, int burst, long now)
    {
        _tokens = Refilled(perSecond, burst, now);

        // Also when the clock was set back: else nothing would refill until it has caught up.
        _at = now;

        // A request larger than the burst would never pass: it passes when the bucket is full and leaves a debt.
        var needed = Math.Min(count, burst);
        if (_tokens >= needed)
        {
            _tokens -= count;
            return 0;
        }

        return (int)Math.Min(int.MaxValue, Math.Ceiling((needed - _tokens) * 1000 / perSecond));
    }

    private readonly double Refilled(double perSecond, int burst, long now) =>
        Math.Min(burst, _tokens + (Math.Max(0, now - _at) * perSecond / 1000));
}
