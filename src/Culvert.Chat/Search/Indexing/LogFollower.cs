using System.Diagnostics;
using Culvert.Chat.Uploads;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Search.Indexing;

/// <summary>
/// Follows the logs of all rooms and keeps what is found there: words, mentions, and which message has a file.
/// </summary>
/// <remarks>
/// A commit only marks its rooms; one loop visits the marked ones, starting from where it stored that it had come to.
/// What nobody marked (a restart, retention, a deleted room) is found by looking at all rooms now and then. The loop
/// writes on the thread that also commits messages, so it takes a fifth of that thread's time at most. Thread-safe.
/// </remarks>
internal sealed partial class LogFollower(
    RoomReader reader,
    IIndexStore index,
    FileSweeper sweeper,
    CommitLoop commits,
    TimeProvider time,
    ILogger<LogFollower> logger)
    : BackgroundService
{
    private const int MaxEvents = 500;
    private const int MinEvents = 50;
    private const int MaxDue = 10_000;
    private const int MaxRooms = 64;

    // One write is not to hold up a commit for longer than a slow sync does.
    private static readonly TimeSpan WriteGoal = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly HashSet<long> _marked = [];
    private readonly HashSet<long> _urgent = [];
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly SemaphoreSlim _hurry = new(0, 1);
    private readonly Outage _outage = new(time);
    private TaskCompletionSource? _waiting;
    private int _batch = MaxEvents;

    /// <summary>
    /// Follows one room before all others, as far as it has come by now or until it takes too long. Throws for the
    /// token only.
    /// </summary>
    public async Task CatchUpAsync(long roomId, CancellationToken cancellationToken)
    {
        Task pass;
        lock (_lock)
        {
            _urgent.Add(roomId);
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            pass = _waiting.Task;
            Signal(_work);
            Signal(_hurry);
        }

        try
        {
            await pass.WaitAsync(CatchUpLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Then it is found a little later.
        }
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        commits.Touched = Mark;
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _work.Dispose();
        _hurry.Dispose();
    }

    /// <summary>Ends when the server stops; what is left is done after the next start.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FollowAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The end: by the token, or by the store, which is closed at once when a start fails.
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var looked = false;
        while (true)
        {
            // The first look, and one whenever nothing was to be done for a while.
            if (!looked || !await _work.WaitAsync(Between, stoppingToken))
            {
                looked = await TryAsync(LookAsync, stoppingToken);
                if (!looked)
                {
                    continue;
                }
            }

            while (HasWork())
            {
                await TryAsync(PassAsync, stoppingToken);
            }
        }
    }

    /// <summary>Called on the thread that answers publishers: it must cost next to nothing.</summary>
    private void Mark(long roomId)
    {
        lock (_lock)
        {
            _marked.Add(roomId);
            Signal(_work);
        }
    }

    private bool HasWork()
    {
        lock (_lock)
        {
            return _marked.Count + _urgent.Count > 0;
        }
    }

    private static void Signal(SemaphoreSlim semaphore)
    {
        if (semaphore.CurrentCount == 0)
        {
            semaphore.Release();
        }
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
            if (_outage.Ends() is { } seconds)
            {
                Log.Indexing(logger, seconds);
            }

            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the loop: without it nothing would be found any more.
            if (_outage.Begins())
            {
                Log.Failed(logger, exception.Message);
            }

            await Task.Delay(AfterFailure, TimeProvider.System, stoppingToken);
            return false;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var due = await index.ListDueAsync(MaxDue, cancellationToken);
        lock (_lock)
        {
            _marked.UnionWith(due);
        }
    }

    /// <summary>One transaction at most for all rooms that are due, and the pause that it costs.</summary>
    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var (rooms, waiting) = Take();
        var started = Stopwatch.GetTimestamp();
        try
        {
            started = await VisitAsync(rooms, cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                _marked.UnionWith(rooms);
            }

            throw;
        }
        finally
        {
            waiting?.TrySetResult();
        }

        var took = Stopwatch.GetElapsedTime(started);
        _batch = (int)Math.Clamp(_batch * (WriteGoal / took), MinEvents, MaxEvents);
        var pause = TimeSpan.FromTicks(Math.Clamp(4 * took.Ticks, MinPause.Ticks, MaxPause.Ticks));
        await _hurry.WaitAsync(pause, cancellationToken);
    }

    private (List<long> Rooms, TaskCompletionSource? Waiting) Take()
    {
        lock (_lock)
        {
            List<long> rooms = [.. _urgent, .. _marked.Take(MaxRooms)];
            _urgent.Clear();
            _marked.ExceptWith(rooms);
            var waiting = _waiting;
            _waiting = null;
            return (rooms, waiting);
        }
    }

    /// <summary>Reads rooms until there is enough for one transaction; returns when the writing began.</summary>
    private async Task<long> VisitAsync(List<long> rooms, CancellationToken cancellationToken)
    {
        var steps = new List<RoomStep>();
        var isSweeping = false;
        var left = _batch;
        foreach (var room in rooms.Distinct())
        {
            var (step, drop, count) = left > 0 ? await reader.ReadAsync(room, left, cancellationToken) : default;
            if (left <= 0 || count == left || drop is not null)
            {
                // There is more of it.
                Mark(room);
            }

            left -= count;
            if (step is not null)
            {
                steps.Add(step);
            }
            else if (drop is not null)
            {
                isSweeping |= await index.DropAsync(drop, MaxEvents, cancellationToken) && drop.WithFiles;
            }
        }

        var started = Stopwatch.GetTimestamp();
        if (steps.Count > 0)
        {
            isSweeping |= await index.ApplyAsync(steps, cancellationToken) > 0;
        }

        var took = Stopwatch.GetElapsedTime(started);
        if (isSweeping)
        {
            await sweeper.SweepAsync(cancellationToken);
        }

        return Stopwatch.GetTimestamp() - (long)(took.TotalSeconds * Stopwatch.Frequency);
    }
}
