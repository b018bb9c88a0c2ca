using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// Hears what other nodes say of rooms, and looks for itself at what they may have said without being heard: the bus
/// wakes up, the store decides.
/// </summary>
/// <remarks>Thread-safe. Nothing here waits for the store but <see cref="LookAsync"/>, of which one runs at a time.
/// </remarks>
internal sealed partial class RoomPeers(
    IRoomBus bus,
    IRoomStore store,
    RoomDirectory rooms,
    CommitLoop commits,
    WriterLoops loops,
    TimeProvider time,
    ILogger<RoomPeers> logger) : INodeListener, IAsyncDisposable
{
    /// <summary>Rooms that one question to the store is about.</summary>
    private const int HeadsPage = 1000;

    /// <summary>Ticks between two looks while the bus works: 1 s.</summary>
    private const int QuietTicks = LoopTimers.PerSecond;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Outage _outage = new(time);
    private readonly ReadCursors _cursors = new(rooms);
    private Task _looking = Task.CompletedTask;
    private int _ticks;
    private bool _looksAgain;
    private bool _isStopping;

    /// <inheritdoc/>
    public bool Hear(BusMessage message)
    {
        try
        {
            switch (message)
            {
                case BusMessage.Moved moved:
                    HearMoved(moved);
                    return true;
                case BusMessage.Passing passing:
                    HearPassing(passing);
                    return true;
                case BusMessage.News news:
                    loops.Tell(UserNews.Of(news));
                    return true;
                case BusMessage.Away away:
                    rooms.Away.ChangeElsewhere(away.Incarnation, away.User, away.IsAway);
                    return true;
                default:
                    return false;
            }
        }
        catch (Exception exception)
        {
            // The edge of the bus: what one message does wrong is no matter of the next. The next look finds the rest.
            Log.HearFailed(logger, message.GetType().Name, exception);
            return true;
        }
    }

    /// <inheritdoc/>
    public void HearLost()
    {
        foreach (var room in rooms.Loaded)
        {
            // Somebody's read cursor may have moved; everything else that a row holds is in the log.
            _cursors.Forget(room);
        }

        rooms.Away.TellAll();
        Look(again: true);
        _cursors.Wake();
    }

    /// <summary>
    /// Looks at the rooms in use: every second, and at each tick while the bus does not work. Called by the ticker.
    /// </summary>
    public void Tick()
    {
        _ticks++;
        if (_ticks % QuietTicks == 0 || !bus.IsConnected)
        {
            Look(again: false);
            _cursors.Wake();
        }
    }

    /// <summary>Reads floors that another node may have raised for retention's sake. Called by the ticker.</summary>
    public void LookAtFloors()
    {
        foreach (var room in rooms.Loaded)
        {
            if (room.Record is { RetainMilliseconds: > 0 } or { RetainEvents: > 0 })
            {
                room.MarkStale();
                commits.Follower.Wake(room);
            }
        }
    }

    /// <summary>A look that is under way ends early.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        await _stopping.CancelAsync();
        await _looking;
        await _cursors.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Asks the store how far the logs of the rooms in use go; reads on in those that are behind.</summary>
    internal async Task LookAsync()
    {
        do
        {
            try
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                foreach (var page in rooms.Loaded.Where(room => IsInUse(room, now)).Chunk(HeadsPage))
                {
                    var heads = await store.ReadHeadsAsync([.. page.Select(static room => room.Id)], _stopping.Token);
                    Compare(page, heads.ToDictionary(), now);
                }

                if (_outage.Ends() is { } seconds)
                {
                    Log.Looked(logger, seconds);
                }
            }
            catch (OperationCanceledException)
            {
                // The node stops.
            }
            catch (Exception exception)
            {
                if (_outage.Begins())
                {
                    Log.LookFailed(logger, exception.Message);
                }
            }
        }
        while (LooksAgain());
    }

    /// <summary>Returns when every room in use knows what its log has: nothing is decided by what was before.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    internal async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var page in rooms.Loaded.Where(room => IsInUse(room, now)).Chunk(HeadsPage))
        {
            var heads = (await store.ReadHeadsAsync([.. page.Select(static room => room.Id)], cancellationToken))
                .ToDictionary();
            Compare(page, heads, now);
            foreach (var room in page.Where(room => heads.ContainsKey(room.Id)))
            {
                await commits.Follower.ReachAsync(room, heads[room.Id], cancellationToken);
                await commits.Follower.RefreshAsync(room, cancellationToken);
            }
        }
    }

    /// <param name="again">True when a look that is under way may have been too early.</param>
    private void Look(bool again)
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            if (_looking.IsCompleted)
            {
                _looking = LookAsync();
            }
            else
            {
                _looksAgain |= again;
            }
        }
    }

    private bool LooksAgain()
    {
        lock (_lock)
        {
            var again = _looksAgain && !_isStopping;
            _looksAgain = false;
            return again;
        }
    }

    /// <summary>One that nobody used for a while is looked at by the gate before somebody does.</summary>
    private static bool IsInUse(Room room, long now) =>
        room.SubscriptionCount > 0 || room.Staleness != 0 || now - room.LastUsed < RoomDirectory.FreshMilliseconds;

    private void Compare(IEnumerable<Room> page, Dictionary<long, long> heads, long now)
    {
        foreach (var room in page)
        {
            if (!heads.TryGetValue(room.Id, out var last))
            {
                commits.Follower.Vanished?.Invoke(room);
                continue;
            }

            if (room.Record.DeletedAt > 0)
            {
                // Its name may have been given to another room meanwhile.
                room.MarkStale();
            }

            if (room.LastOffset >= last)
            {
                room.SeenAt = now;
            }
            else
            {
                commits.Touched?.Invoke(room.Id);
            }

            if (room.LastOffset < last || room.Staleness != 0)
            {
                commits.Follower.Wake(room);
            }
        }
    }

    private void HearMoved(BusMessage.Moved moved)
    {
        commits.Touched?.Invoke(moved.RoomId);
        if (rooms.FindLoaded(moved.RoomId) is { } room)
        {
            commits.Follower.Take(room, moved.Events, moved.LastOffset);
        }
    }

    private void HearPassing(BusMessage.Passing passing)
    {
        if (rooms.FindLoaded(passing.RoomId) is not { } room)
        {
            return;
        }

        if (passing.Name.Span.SequenceEqual(EphemeralEvent.ReadName))
        {
            room.Memberships.Forget(passing.OnlyUser);
        }

        room.Announce(EphemeralEvent.Of(passing));
    }
}
