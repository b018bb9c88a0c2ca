namespace Culvert.Server.Diagnostics;

/// <summary>
/// Something that fails again and again until it works: an operator hears when it began, and how long it was. Safe for
/// concurrent use.
/// </summary>
internal sealed class Outage(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _since;

    /// <summary>It failed; true for the first time.</summary>
    public bool Begins()
    {
        lock (_lock)
        {
            var begins = _since is null;
            _since ??= time.GetTimestamp();
            return begins;
        }
    }

    /// <summary>It worked; how many seconds it had not, or null when it worked before.</summary>
    public double? Ends()
    {
        lock (_lock)
        {
            var since = _since;
            _since = null;
            return since is { } began ? Math.Round(time.GetElapsedTime(began).TotalSeconds, 1) : null;
        }
    }
}
