using Culvert.Tests.Support;

namespace Culvert.Tests.Client;

/// <summary>Manual time that also says when somebody starts to wait, and can make short waits no waits.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly ManualTimeProvider _time = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TimeSpan> _seen = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _waiters = [];

    /// <summary>Waits up to this long are over at once, for tests about something else.</summary>
    public TimeSpan Skips { get; init; }

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long GetTimestamp() => _time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _time.CreateTimer(callback, state, dueTime, period);
        Tell(dueTime);
        return timer;
    }

    public void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>Completes once a timer was made that is due after exactly this time.</summary>
    public Task TimerAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_seen.Contains(due))
            {
                return Task.CompletedTask;
            }

            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((due, set));
            return set.Task;
        }
    }

    private void Tell(TimeSpan due)
    {
        lock (_lock)
        {
            _seen.Add(due);
            _waiters.Where(w => w.Due == due).ToList().ForEach(w => w.Set.TrySetResult());
        }

        if (due <= Skips && due >= TimeSpan.Zero)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(due));
        }
    }
}
