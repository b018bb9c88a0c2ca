using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// Keeps what is in memory of rooms up with their logs, where others write them: other nodes, or this one in a commit
/// whose result it was not told.
/// </summary>
/// <remarks>
/// Thread-safe. Whoever brings an event, the room takes it only as its next one; so any number of reads at once change
/// nothing but the load. All reads of a room but those of the commit loop wait for their turn.
/// </remarks>
internal sealed partial class RoomFollower(
    IRoomStore store, RoomOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int PageEvents = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<Room> _awake = [];
    private readonly HashSet<Room> _again = [];
    private readonly SemaphoreSlim _budget = new(options.PageReads);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Outage _outage = new(time);
    private Room? _failed;
    private bool _isStopping;

    /// <summary>Called when the store has no such room any more. Must not wait, nor throw.</summary>
    public Action<Room>? Vanished { get; set; }

    /// <summary>
    /// Applies events that another node told, in order. When some before them are missing, reads the room in the
    /// background.
    /// </summary>
    public void Take(Room room, IReadOnlyList<LogEvent> events, long lastOffset)
    {
        Apply(room, events);
        if (room.LastOffset < lastOffset || room.Staleness > 0)
        {
            Wake(room);
        }
    }

    /// <summary>
    /// Reads the room up to the end of its log in the background, and what it has to read again. After a failure it is
    /// as it was; somebody wakes it again.
    /// </summary>
    public void Wake(Room room)
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            if (!_awake.Add(room))
            {
                _again.Add(room);
                return;
            }
        }

        _ = FollowAsync(room);
    }

    /// <summary>
    /// Reads the room up to the end that its log has now, at least to <paramref name="offset"/>, if that exists.
    /// </summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public async ValueTask ReachAsync(Room room, long offset, CancellationToken cancellationToken)
    {
        await _budget.WaitAsync(cancellationToken);
        try
        {
            if (room.LastOffset < offset)
            {
                await ReadAsync(room, long.MaxValue, cancellationToken);
            }
        }
        finally
        {
            _budget.Release();
        }
    }

    /// <summary>
    /// Reads what is missing before <paramref name="end"/>, for the commit loop, which waits for nobody's turn.
    /// </summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public async ValueTask ReadAsync(Room room, long end, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var from = room.LastOffset + 1;
            if (from >= end)
            {
                return;
            }

            var batch = new LogBatch(end);
            var ends = await store.ReadEventsAsync(room.Id, from, PageEvents, batch, cancellationToken);
            if (ends.Epoch != room.Epoch)
            {
                Vanished?.Invoke(room);
                return;
            }

            // Nothing is read of what retention or a clear has taken away meanwhile.
            room.Skip(batch.Events.Count > 0 ? batch.Events[0].Offset : Math.Min(end, ends.LastOffset + 1), ends);
            Apply(room, batch.Events);
            room.Trimmed(ends);
            room.MarkDirty();
            if (room.LastOffset >= ends.LastOffset)
            {
                room.SeenAt = now;
                return;
            }
        }
    }

    /// <summary>Reads the settings again while the room asks for it; sends away who has no right to it now.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public async ValueTask RefreshAsync(Room room, CancellationToken cancellationToken)
    {
        await _budget.WaitAsync(cancellationToken);
        try
        {
            while (room.Staleness is not 0 and var staleness)
            {
                if (await store.FindRoomAsync(room.Record.NameKey, cancellationToken) is not { } record
                    || record.Id != room.Id)
                {
                    Vanished?.Invoke(room);
                    return;
                }

                // Whoever has to leave is to be shown why, so the room must not know less than the record.
                if (record.LastOffset > room.LastOffset)
                {
                    await ReadAsync(room, long.MaxValue, cancellationToken);
                }

                await LearnAsync(room, cancellationToken);
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                if (room.TryRefresh(record, staleness, now, out var eviction) && eviction is not null)
                {
                    room.MarkDirty();
                    room.Evict(eviction);
                }
            }
        }
        finally
        {
            _budget.Release();
        }
    }

    /// <summary>Reads that are under way end early.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            if (_awake.Count == 0)
            {
                _idle.TrySetResult();
            }
        }

        await _stopping.CancelAsync();
        await _idle.Task;
        _stopping.Dispose();
        _budget.Dispose();
    }

    private static void Apply(Room room, IReadOnlyList<LogEvent> events)
    {
        var isChanged = false;
        foreach (var logged in events)
        {
            if (!room.TryFollow(logged, out var eviction))
            {
                break;
            }

            isChanged = true;
            if (eviction is not null)
            {
                // The reader is shown why before it is asked to go.
                room.MarkDirty();
                room.Evict(eviction);
            }
        }

        if (isChanged)
        {
            room.MarkDirty();
        }
    }

    /// <summary>Owned by this object: <see cref="DisposeAsync"/> waits for its end.</summary>
    private async Task FollowAsync(Room room)
    {
        while (true)
        {
            try
            {
                await ReachAsync(room, long.MaxValue, _stopping.Token);
                await RefreshAsync(room, _stopping.Token);
                NoteSuccess(room);
            }
            catch (OperationCanceledException)
            {
                // The node stops.
            }
            catch (Exception exception)
            {
                NoteFailure(room, exception);
            }

            lock (_lock)
            {
                if (!_again.Remove(room) || _isStopping)
                {
                    _awake.Remove(room);
                    if (_isStopping && _awake.Count == 0)
                    {
                        _idle.TrySetResult();
                    }

                    return;
                }
            }
        }
    }

    /// <summary>One room stands for all that cannot be read meanwhile.</summary>
    private void NoteFailure(Room room, Exception exception)
    {
        if (_outage.Begins())
        {
            _failed = room;
            Log.FollowFailed(logger, room.Name, exception.Message);
        }
    }

    private void NoteSuccess(Room room)
    {
        if (_failed == room && _outage.Ends() is { } seconds)
        {
            _failed = null;
            Log.Followed(logger, room.Name, seconds);
        }
    }

    /// <summary>Who is connected and unknown would be judged by nothing.</summary>
    private async ValueTask LearnAsync(Room room, CancellationToken cancellationToken)
    {
        foreach (var userId in room.Memberships.MissingHere())
        {
            var version = room.Memberships.Version;
            var membership = await store.FindMembershipAsync(room.Id, userId, cancellationToken);
            room.Memberships.Learn(userId, membership, version);
        }
    }
}
