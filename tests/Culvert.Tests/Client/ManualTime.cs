namespace Culvert.Tests.Client;

/// <summary>A clock that stands still until a test moves it, and that says when somebody waits on it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _waiters = [];
    private TimeSpan _elapsed;

    // Not ten million, so that code which takes timestamps for ticks fails.
    public override long TimestampFrequency => 3_000_000;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return (long)(_elapsed.TotalSeconds * TimestampFrequency);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return DateTimeOffset.UnixEpoch.AddYears(56) + _elapsed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when a timer is, or is going to be, due after exactly this time.</summary>
    public Task TimerAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(t => t.At - _elapsed == due))
            {
                return Task.CompletedTask;
            }

            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((due, set));
            return set.Task;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(t => t.At <= _elapsed).OrderBy(t => t.At)];
            due.ForEach(t => _timers.Remove(t));
        }

        due.ForEach(t => t.Fire());
    }

    private void Set(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.At = _elapsed + dueTime;
            _timers.Add(timer);
            _waiters.Where(w => w.Due == dueTime).ToList().ForEach(w => w.Set.TrySetResult());
            _waiters.RemoveAll(w => w.Due == dueTime);
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public TimeSpan At { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Fire() => fire();

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
