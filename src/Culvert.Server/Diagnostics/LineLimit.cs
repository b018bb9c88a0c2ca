namespace Culvert.Server.Diagnostics;

/// <summary>
/// Holds lines back that peers can cause as fast as they like: one in ten seconds is written, with the number of those
/// that were not. Safe for concurrent use.
/// </summary>
internal sealed class LineLimit(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _written;
    private int _held;

    /// <summary>True when the line is to be written.</summary>
    /// <param name="held">How many were held back since the last one that was.</param>
    public bool Allows(out int held)
    {
        lock (_lock)
        {
            held = _held;
            if (_written is { } before && time.GetElapsedTime(before) < Interval)
            {
                _held++;
                return false;
            }

            _written = time.GetTimestamp();
            _held = 0;
            return true;
        }
    }
}
