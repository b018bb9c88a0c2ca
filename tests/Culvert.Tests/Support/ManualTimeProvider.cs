namespace Culvert.Tests.Support;

/// <summary>Time that moves when a test says so, with timers. Safe for concurrent use.</summary>
/// <remarks>
/// Timestamps do not count in the ticks of <see cref="TimeSpan"/>: code that takes one for the other fails under it.
/// Timers fire on the thread that advances the time, in the order of their due times.
/// </remarks>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _utcNow;
    private TimeSpan _elapsed = TimeSpan.FromDays(1);

    public ManualTimeProvider()
        : this(DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000))
    {
    }

    public ManualTimeProvider(DateTimeOffset start)
    {
        _utcNow = start;
    }

    public override long TimestampFrequency => 3_579_545;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Timers that are armed.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(timer => timer.DueAt is not null);
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _utcNow;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return (long)((Int128)_elapsed.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets the time pass and fires what comes due on the way, each at its time.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        TimeSpan end;
        lock (_lock)
        {
            end = _elapsed + time;
        }

        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>
    /// Sets the wall clock, as an operator or a time server may; timestamps and timers do not notice.
    /// </summary>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_lock)
        {
            _utcNow = now;
        }
    }

    /// <summary>
    /// The next timer that is due until then, with the time moved there; null, and the time at the end.
    /// </summary>
    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            MoveTo(next?.DueAt is { } dueAt && dueAt > _elapsed ? dueAt : next is null ? end : _elapsed);
            next?.Rearm();
            return next;
        }
    }

    private void MoveTo(TimeSpan elapsed)
    {
        if (elapsed > _elapsed)
        {
            _utcNow += elapsed - _elapsed;
            _elapsed = elapsed;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, Action callback) : ITimer
    {
        private TimeSpan _period;
        private bool _isDisposed;

        /// <summary>Under the owner's lock: when it fires next; null for never.</summary>
        public TimeSpan? DueAt { get; private set; }

        public void Fire() => callback();

        public void Rearm() => DueAt = _period > TimeSpan.Zero ? DueAt + _period : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                if (_isDisposed)
                {
                    return false;
                }

                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : owner._elapsed + dueTime;
                _period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
            }

            return true;
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                _isDisposed = true;
                DueAt = null;
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
