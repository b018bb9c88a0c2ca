namespace Culvert.Client;

/// <summary>Delays between attempts: exponential with full jitter.</summary>
/// <remarks>
/// Clients that were cut off together do not come back together. The bound doubles from the first to 30 s.
/// Not thread-safe: one for each sequence of attempts.
/// </remarks>
/// <param name="random">Numbers from 0 up to 1.</param>
/// <param name="first">The first bound, at least 0.2 s; null for 0.5 s.</param>
internal sealed class Backoff(Func<double> random, TimeSpan? first = null)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // A server may mean an hour; it may not put a client to sleep for ever.
    private static readonly TimeSpan LongestHint = TimeSpan.FromHours(1);

    private int _failures;

    /// <summary>The next delay: what the server asked for, and a random part of the growing bound.</summary>
    /// <param name="atLeast">What the server asked for; null when it did not.</param>
    public TimeSpan Next(TimeSpan? atLeast)
    {
        var hint = atLeast ?? TimeSpan.Zero;
        hint = hint < TimeSpan.Zero ? TimeSpan.Zero : hint > LongestHint ? LongestHint : hint;
        // 200 ms doubled eight times is above the longest; the bound on the shift keeps it from overflowing.
        var bound = (first ?? First) * (1 << Math.Min(_failures, 8));
        _failures++;
        return hint + ((bound < Longest ? bound : Longest) * random());
    }

    /// <summary>Starts from the shortest again, after success.</summary>
    public void Reset() => _failures = 0;
}
