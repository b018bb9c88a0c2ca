using System.Globalization;
using System.Text;

namespace Culvert.Server.Front;

/// <summary>
/// The time as of the last tick, and the Date line that goes with it: no request asks the system for either.
/// </summary>
internal sealed class FrontClock
{
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private byte[] _dateLine = [];
    private long _second = -1;
    private long _milliseconds;

    public FrontClock(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        Tick();
    }

    /// <summary>Milliseconds since the start, as of the last tick. Monotonic.</summary>
    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary><c>Date: …</c> with its CRLF (RFC 9110 §6.6.1). Shared: do not change.</summary>
    public byte[] DateLine => Volatile.Read(ref _dateLine);

    /// <summary>Call several times a second, never concurrently.</summary>
    public void Tick()
    {
        Volatile.Write(ref _milliseconds, (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds);
        var now = _time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        if (second != _second)
        {
            _second = second;
            var line = $"Date: {now.ToString("R", CultureInfo.InvariantCulture)}\r\n";
            Volatile.Write(ref _dateLine, Encoding.ASCII.GetBytes(line));
        }
    }
}
