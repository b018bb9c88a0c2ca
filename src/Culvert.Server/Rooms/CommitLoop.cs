using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// Commits what all rooms want to append: everything that came while the previous commit ran goes into the next one,
/// so the group grows with the load.
/// </summary>
/// <remarks>
/// <see cref="TryEnqueue(Append)"/> may be called from any thread and never waits. Appends are acknowledged in order,
/// after they were committed and before anybody else could be told otherwise. Steps 4 and 5 of the main path.
/// </remarks>
internal sealed partial class CommitLoop : IAsyncDisposable
{
    /// <summary>Of the time that a commit takes, what the next one waits for those who were just answered.</summary>
    private const double GatherShare = 0.25;

    private readonly Lock _lock = new();
    private readonly IRoomStore _store;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CommitLoop> _logger;
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly HashSet<Room> _touched = [];
    private readonly HashSet<Room> _uncertain = [];
    private readonly CommitNews _news = new();
    private readonly Outage _outage;
    private readonly Outage _uncertainty;
    private List<Append> _pending = [];
    private List<Append> _committing = [];
    private long _pendingBytes;
    private int _goal;
    private long _endedAt;
    private TimeSpan _took;
    private bool _stopping;
    private Task? _running;

    public CommitLoop(IRoomStore store, RoomOptions options, TimeProvider time, ILogger<CommitLoop> logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _outage = new Outage(time);
        _uncertainty = new Outage(time);
        Follower = new RoomFollower(store, options, time, logger);
    }

    /// <summary>The other way of committed events into the rooms; ends with this loop.</summary>
    public RoomFollower Follower { get; }

    /// <summary>Tells other nodes of each commit; null on a node that is alone.</summary>
    public IRoomBus? Bus { get; set; }

    /// <summary>
    /// The longest that a commit waits for more; default 0, none waits. For a store that is reached by a network: with
    /// a log on the own disk, publishers with several messages in flight would wait for nothing. Set before the start.
    /// </summary>
    public TimeSpan GatherLimit { get; set; }

    /// <summary>
    /// Called after each commit with the number of events that it added and its duration, before anybody hears of them;
    /// for metrics.
    /// </summary>
    public Action<int, TimeSpan>? Committed { get; set; }

    /// <summary>
    /// Called after each commit with the id of each room that it changed, once a room; on one of several nodes also for
    /// the commits of others, as far as they are heard, and then from any thread. Must not wait, nor throw.
    /// </summary>
    public Action<long>? Touched { get; set; }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Takes an append the room has begun; false when too much is waiting or the loop stops.</summary>
    public bool TryEnqueue(Append append) => TryEnqueue([append]);

    /// <summary>Takes several appends as one: they are in the same commit, in this order.</summary>
    public bool TryEnqueue(params ReadOnlySpan<Append> appends)
    {
        long bytes = 0;
        foreach (var append in appends)
        {
            bytes += append.Data.Length + append.Detail.Length;
        }

        lock (_lock)
        {
            if (_stopping
                || _pending.Count + appends.Length > _options.MaxPendingAppends
                || _pendingBytes + bytes > _options.MaxPendingBytes)
            {
                return false;
            }

            var wasIdle = _pending.Count == 0;
            _pending.AddRange(appends);
            _pendingBytes += bytes;
            if ((wasIdle || _pending.Count >= _goal) && _work.CurrentCount == 0)
            {
                _work.Release();
            }

            return true;
        }
    }

    /// <summary>Commits what was taken, then stops. Appends that come later are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            if (_work.CurrentCount == 0)
            {
                _work.Release();
            }
        }

        if (_running is not null)
        {
            await _running;
        }

        await Follower.DisposeAsync();
        _work.Dispose();
    }

    /// <summary>Ends when the loop was told to stop and nothing is left to commit.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            await _work.WaitAsync();
            do
            {
                await GatherAsync();
            }
            while (await CommitOnceAsync());

            lock (_lock)
            {
                if (_stopping && _pending.Count == 0)
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// A commit costs nearly the same for one append as for many. Publishers that wait for their answers would come in
    /// two groups, each half as large, that take turns: so a slow commit waits a moment for those of the one before.
    /// </summary>
    private async ValueTask GatherAsync()
    {
        TimeSpan wait;
        lock (_lock)
        {
            wait = TimeSpan.FromTicks(Math.Min((long)(_took.Ticks * GatherShare), GatherLimit.Ticks));
            if (_stopping || _pending.Count == 0 || _pending.Count >= _goal
                || wait < TimeSpan.FromMilliseconds(1) || _time.GetElapsedTime(_endedAt) > _took)
            {
                return;
            }

            // That something waits is known; from here on it means that there is enough.
            while (_work.Wait(0, CancellationToken.None))
            {
            }
        }

        await _work.WaitAsync(wait);
    }

    /// <summary>Commits what is waiting; false when nothing is. Runs synchronously as far as the store does.</summary>
    internal async ValueTask<bool> CommitOnceAsync()
    {
        if (!Take())
        {
            return false;
        }

        await CommitAsync();
        return true;
    }

    private bool Take()
    {
        lock (_lock)
        {
            (_committing, _pending) = (_pending, _committing);
            _pendingBytes = 0;
            return _committing.Count > 0;
        }
    }

    private async Task CommitAsync()
    {
        var started = _time.GetTimestamp();
        try
        {
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            await _store.AppendAsync(_committing, now, CancellationToken.None);
            if (_outage.Ends() is { } seconds)
            {
                Log.Commits(_logger, seconds);
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, this loop goes on: without it no publisher of any room would ever be answered.
            Fail(exception);
        }

        var committed = _committing.Count(static append => append.Outcome == AppendOutcome.Committed);
        Committed?.Invoke(committed, _time.GetElapsedTime(started));
        foreach (var append in _committing)
        {
            if (append.Outcome == AppendOutcome.Committed && append.Offset > append.Room!.LastOffset + 1)
            {
                await FillAsync(append);
            }

            Apply(append);
        }

        if (Bus is not null)
        {
            _news.Send(Bus);
        }

        if (_uncertain.Count > 0)
        {
            await ResyncAsync();
        }

        foreach (var room in _touched)
        {
            room.MarkDirty();
            Touched?.Invoke(room.Id);
        }

        foreach (var append in _committing)
        {
            Complete(append);
        }

        lock (_lock)
        {
            _goal = _committing.Count + _pending.Count;
            _endedAt = _time.GetTimestamp();
            _took = _time.GetElapsedTime(started, _endedAt);
        }

        _touched.Clear();
        _committing.Clear();
    }

    private void Fail(Exception exception)
    {
        if (_outage.Begins())
        {
            Log.CommitFailed(_logger, _committing.Count, exception.Message);
        }

        var full = exception is StoreException { IsFull: true };
        foreach (var append in _committing)
        {
            append.Outcome = full ? AppendOutcome.StorageFull : AppendOutcome.StorageFailed;
            _uncertain.Add(append.Room!); // Not null: no append comes here without its room.
        }
    }

    /// <summary>Others have committed before this append what the room does not know yet.</summary>
    private async ValueTask FillAsync(Append append)
    {
        var room = append.Room!; // As above.
        if (_uncertain.Contains(room))
        {
            return;
        }

        try
        {
            await Follower.ReadAsync(room, append.Offset, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // What was committed is committed: its sender hears so, and the readers see it once it can be read.
            NoteUncertain(room, exception);
            _uncertain.Add(room);
        }
    }

    /// <summary>
    /// A store that fails may have committed all the same: a sync or a connection can break after the commit. So the
    /// rooms are read on; until that succeeds they stay on the list and every commit tries again.
    /// </summary>
    private async ValueTask ResyncAsync()
    {
        foreach (var room in _uncertain)
        {
            var before = room.LastOffset;
            try
            {
                await Follower.ReadAsync(room, long.MaxValue, CancellationToken.None);
                await Follower.RefreshAsync(room, CancellationToken.None);
            }
            catch (Exception exception)
            {
                NoteUncertain(room, exception);
                return;
            }

            _uncertain.Remove(room);
            room.BeCertain();
            if (room.LastOffset > before)
            {
                Log.Resynced(_logger, room.Name);
                Bus?.Send(new BusMessage.Moved(room.Id, room.LastOffset, []));
            }
        }

        if (_uncertainty.Ends() is { } seconds)
        {
            Log.Certain(_logger, seconds);
        }
    }

    private void NoteUncertain(Room room, Exception exception)
    {
        if (_uncertainty.Begins())
        {
            Log.ResyncFailed(_logger, room.Name, exception.Message);
        }
    }

    private void Complete(Append append)
    {
        try
        {
            append.Complete();
        }
        catch (Exception exception)
        {
            Log.CompleteFailed(_logger, append.Room!.Name, exception);
        }
    }

    private void Apply(Append append)
    {
        var room = append.Room!;
        var eviction = room.Apply(append);
        if (append.Outcome != AppendOutcome.Committed)
        {
            return;
        }

        _touched.Add(room);
        if (Bus is not null)
        {
            _news.Add(append);
        }

        if (eviction is not null)
        {
            // The reader is shown why before it is asked to go.
            room.MarkDirty();
            room.Evict(eviction);
        }
    }
}
