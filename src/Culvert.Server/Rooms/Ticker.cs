using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// The one timer of the rooms: ticks the writer loops, announces presence, and at a slower pace unloads idle rooms and
/// trims logs to their retention.
/// </summary>
internal sealed partial class Ticker(
    WriterLoops loops,
    RoomDirectory rooms,
    DeletedRooms deleted,
    IRoomStore store,
    TimeProvider time,
    ILogger<Ticker> logger)
    : IAsyncDisposable
{
    /// <summary>Rows one step of trimming may delete: it holds the writer up for some milliseconds at most.</summary>
    private const int TrimRows = 2000;

    /// <summary>Ticks between two rounds of the slow work: 10 s.</summary>
    private const int SlowTicks = 10 * LoopTimers.PerSecond;

    private readonly CancellationTokenSource _stopping = new();
    private Task _ticking = Task.CompletedTask;
    private Task _trimming = Task.CompletedTask;

    /// <summary>Looks at the other nodes; null on a node that is alone.</summary>
    public RoomPeers? Peers { get; set; }

    /// <summary>Says whether this node trims and erases for all; null on a node that is alone.</summary>
    public INodeStatus? Node { get; set; }

    public void Start() => _ticking = TickAsync();

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _ticking;
        await _trimming;
        _stopping.Dispose();
    }

    /// <summary>One round over all rooms that have something to trim, or that are to be erased.</summary>
    internal async Task TrimAsync()
    {
        try
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var id in await store.ListTrimmableAsync(_stopping.Token))
            {
                var more = true;
                while (more && !_stopping.IsCancellationRequested)
                {
                    var result = await store.TrimAsync(id, now, TrimRows, _stopping.Token);
                    rooms.FindLoaded(id)?.Trimmed(result.Ends);
                    more = result.More;
                }
            }

            await deleted.SweepAsync(_stopping.Token);
        }
        catch (StoreException exception)
        {
            Log.TrimFailed(logger, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is left to trim is still there at the next start.
        }
    }

    /// <summary>Ends when the node stops.</summary>
    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / LoopTimers.PerSecond), time);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(_stopping.Token); tick++)
            {
                Tick(tick % SlowTicks == 0);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private void Tick(bool isSlow)
    {
        try
        {
            loops.Post(new LoopItem(LoopItemKind.Tick, null));
            rooms.AnnouncePresence();
            Peers?.Tick();
            if (isSlow)
            {
                rooms.UnloadIdle();
                if (Node is { IsLeader: false })
                {
                    Peers?.LookAtFloors();
                }
                else if (_trimming.IsCompleted)
                {
                    _trimming = TrimAsync();
                }
            }
        }
        catch (Exception exception)
        {
            // The boundary of one tick: whatever went wrong, the next one has heartbeats and presence to look after.
            Log.TickFailed(logger, exception);
        }
    }
}
