using System.Runtime.CompilerServices;

namespace Culvert.Server.Streams;

/// <summary>Ticks at fixed moments for any number of streams, with one timer for all of them. Thread-safe.</summary>
/// <remarks>A service of <see cref="StreamRoutes.AddCulvertStreams"/>.</remarks>
public sealed class Pace : IDisposable
{
    /// <summary>Timers count in milliseconds: one that is early by less is on time.</summary>
    private static readonly TimeSpan Exactness = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // In the order in which they are due; the number tells waits for the same moment apart.
    private readonly SortedSet<(TimeSpan DueAt, long Number)> _order = [];
    private readonly Dictionary<long, TaskCompletionSource> _waits = [];
    private long _lastNumber;

    /// <summary>Makes a pace of its own.</summary>
    /// <param name="time">What time it is.</param>
    public Pace(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((Pace)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>
    /// Yields 0 at once and n at n periods after that. Ticks that went by while the consumer was busy are left out, so
    /// that n stays the number of periods and never comes in bursts.
    /// </summary>
    /// <param name="period">1 ms or more.</param>
    /// <param name="cancellationToken">Ends the wait for a tick with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<long> Every(
        TimeSpan period, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Exactness);
        var start = Now;
        for (var n = 0L; ;)
        {
            yield return n;
            var passed = Now - start;
            n = Math.Max(n + 1, (passed.Ticks + period.Ticks - 1) / period.Ticks);
            await UntilAsync(start + TimeSpan.FromTicks(n * period.Ticks), cancellationToken);
        }
    }

    /// <summary>Stops the timer: what waits then waits until it is cancelled.</summary>
    public void Dispose() => _timer.Dispose();

    private async ValueTask UntilAsync(TimeSpan dueAt, CancellationToken cancellationToken)
    {
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long number;
        lock (_lock)
        {
            number = ++_lastNumber;
            _waits.Add(number, wait);
            _order.Add((dueAt, number));
            if (_order.Min.Number == number)
            {
                Arm();
            }
        }

        try
        {
            await wait.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                _order.Remove((dueAt, number));
                _waits.Remove(number);
            }

            throw;
        }
    }

    private void Fire()
    {
        lock (_lock)
        {
            var limit = Now + Exactness;
            while (_order.Count > 0 && _order.Min.DueAt < limit)
            {
                var (dueAt, number) = _order.Min;
                _order.Remove((dueAt, number));
                if (_waits.Remove(number, out var wait))
                {
                    wait.SetResult();
                }
            }

            Arm();
        }
    }

    private void Arm()
    {
        if (_order.Count > 0)
        {
            // Timers drop what is less than a millisecond: to the nearest one is as exact as they get.
            var wait = Math.Round((_order.Min.DueAt - Now).TotalMilliseconds);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, wait)), Timeout.InfiniteTimeSpan);
        }
    }
}
