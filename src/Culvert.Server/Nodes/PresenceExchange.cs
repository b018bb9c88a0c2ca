using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>Tells the other nodes who is in which room on this one, and hears the same of them.</summary>
/// <remarks>
/// Thread-safe. What a node says is in the store before it is on the bus, and counts up by one: whoever hears a jump
/// reads all of it. A message without changes says how far a node is, so that a lost last one is missed too.
/// </remarks>
internal sealed partial class PresenceExchange(
    INodeStore store, IRoomBus bus, RoomDirectory rooms, TimeProvider time, ILogger<PresenceExchange> logger)
    : INodeListener, IAsyncDisposable
{
    /// <summary>Changes of one version at most: a message about them stays small.</summary>
    private const int MaxChanges = 128;

    /// <summary>Rounds of writing between two messages without changes: 1 s.</summary>
    private const int QuietRounds = 5;

    /// <summary>Lists of live nodes between two reads of all of them while the bus does not work.</summary>
    private const int DeafLists = 3;

    /// <summary>Time that changes are collected.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Taken within the locks of rooms, so nothing of a room is done within it.
    private readonly Lock _own = new();
    private readonly Dictionary<(long RoomId, long UserId), PresenceChange> _pending = [];

    // Taken around what is done in rooms.
    private readonly Lock _lock = new();
    private readonly Dictionary<long, OtherNode> _others = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Outage _writeOutage = new(time);
    private readonly Outage _readOutage = new(time);
    private Task _writing = Task.CompletedTask;
    private long _incarnation;
    private long _version;
    private long _newest;
    private int _lists;

    private long Incarnation => Volatile.Read(ref _incarnation);

    public void Start() => _writing = RunAsync();

    /// <summary>
    /// This node has a new incarnation, of which nobody knows anything: all who are here are told again.
    /// </summary>
    public void Restart(long incarnation)
    {
        lock (_own)
        {
            _incarnation = incarnation;
            _version = 0;
            _pending.Clear();
        }

        foreach (var room in rooms.Loaded)
        {
            foreach (var (userId, name) in room.Presence.Here())
            {
                lock (_own)
                {
                    // Whatever was noted meanwhile is newer.
                    _pending.TryAdd((room.Id, userId), new PresenceChange(room.Id, userId, name, IsHere: true));
                }
            }
        }

        rooms.Away.TellAll();
    }

    /// <summary>Somebody came to this node or left it. As <see cref="RoomPresence.ChangedHere"/>.</summary>
    public void Note(PresenceChange change)
    {
        lock (_own)
        {
            // Without an incarnation there is nothing to tell it of: a new one begins with all there is.
            if (_incarnation != 0)
            {
                _pending[(change.RoomId, change.UserId)] = change;
            }
        }
    }

    /// <inheritdoc/>
    public bool Hear(BusMessage message)
    {
        if (message is not BusMessage.Presence told)
        {
            return false;
        }

        lock (_lock)
        {
            if (told.Incarnation == Incarnation
                || (!_others.ContainsKey(told.Incarnation) && told.Incarnation <= _newest))
            {
                // Late news of one that is gone.
                return true;
            }

            var node = Meet(told.Incarnation);
            node.Heard = Math.Max(node.Heard, told.Version);
            if (told.Version == node.Version + 1 && told.Changes.Count > 0 && !node.IsReading)
            {
                node.Version = told.Version;
                rooms.Elsewhere?.Change(told.Incarnation, told.Changes);
            }
            else if (told.Version > node.Version)
            {
                Read(told.Incarnation, node);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void HearLost()
    {
        lock (_lock)
        {
            foreach (var (incarnation, node) in _others)
            {
                Read(incarnation, node);
            }
        }
    }

    /// <summary>
    /// Takes the list of live nodes, as it was read about once a second: those that are gone take with them who was
    /// there, and of new ones all is read.
    /// </summary>
    public void See(IReadOnlyList<LiveNode> live)
    {
        lock (_lock)
        {
            var ids = live.Select(static node => node.Incarnation).ToHashSet();
            _newest = Math.Max(_newest, ids.Count > 0 ? ids.Max() : 0);
            var isDeaf = !bus.IsConnected && _lists++ % DeafLists == 0;
            foreach (var (incarnation, node) in _others)
            {
                // One that was heard of before it could be listed is not gone yet.
                node.Missed = ids.Contains(incarnation) ? 0 : node.Missed + 1;
                if (node.Missed > (incarnation > _newest ? 1 : 0))
                {
                    _others.Remove(incarnation);
                    rooms.Elsewhere?.Drop(incarnation);
                    rooms.Away.Drop(incarnation);
                }
            }

            foreach (var incarnation in ids.Where(id => id != Incarnation))
            {
                var node = Meet(incarnation);
                if (isDeaf || node.Version < node.Heard)
                {
                    Read(incarnation, node);
                }
            }
        }
    }

    /// <summary>Says nothing more. Who was here is forgotten with the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _writing;
        Task[] reading;
        lock (_lock)
        {
            reading = [.. _others.Values.Select(static node => node.Reading)];
        }

        await Task.WhenAll(reading);
        _stopping.Dispose();
    }

    /// <summary>Stores and tells what has changed since the last time.</summary>
    internal async Task WriteAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                if (!await store.WritePresenceAsync(
                    batch.Incarnation, batch.Version, batch.Changes, _stopping.Token))
                {
                    Fenced(batch.Incarnation);
                    return;
                }
            }
            catch (Exception exception)
            {
                // It may have been stored all the same. The next try is another version, so nobody takes it for this.
                PutBack(batch);
                if (exception is not OperationCanceledException && _writeOutage.Begins())
                {
                    Log.WriteFailed(logger, exception.Message);
                }

                return;
            }

            bus.Send(batch);
            if (_writeOutage.Ends() is { } seconds)
            {
                Log.Wrote(logger, seconds);
            }
        }
    }

    /// <summary>Ends when the node stops.</summary>
    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(_stopping.Token); round++)
            {
                await WriteAsync();
                if (round % QuietRounds == 0)
                {
                    SayVersion();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    internal void SayVersion()
    {
        lock (_own)
        {
            if (_incarnation != 0)
            {
                bus.Send(new BusMessage.Presence(_incarnation, _version, []));
            }
        }
    }

    private BusMessage.Presence? Take()
    {
        lock (_own)
        {
            if (_incarnation == 0 || _pending.Count == 0)
            {
                return null;
            }

            var changes = _pending.Values.Take(MaxChanges).ToArray();
            foreach (var change in changes)
            {
                _pending.Remove((change.RoomId, change.UserId));
            }

            return new BusMessage.Presence(_incarnation, ++_version, changes);
        }
    }

    private void PutBack(BusMessage.Presence batch)
    {
        lock (_own)
        {
            foreach (var change in batch.Changes)
            {
                if (batch.Incarnation == _incarnation)
                {
                    _pending.TryAdd((change.RoomId, change.UserId), change);
                }
            }
        }
    }

    private void Fenced(long incarnation)
    {
        lock (_own)
        {
            if (_incarnation == incarnation)
            {
                _incarnation = 0;
                _pending.Clear();
            }
        }
    }

    private OtherNode Meet(long incarnation)
    {
        if (!_others.TryGetValue(incarnation, out var node))
        {
            _others[incarnation] = node = new OtherNode();
            Read(incarnation, node);
            rooms.Away.TellAll();
        }

        return node;
    }

    private void Read(long incarnation, OtherNode node)
    {
        node.ReadsAgain = true;
        if (!node.IsReading && !_stopping.IsCancellationRequested)
        {
            node.IsReading = true;
            node.Reading = ReadAsync(incarnation, node);
        }
    }

    /// <summary>One at a time of each node; after a failure the next list of live nodes asks again.</summary>
    private async Task ReadAsync(long incarnation, OtherNode node)
    {
        while (true)
        {
            lock (_lock)
            {
                if (!node.ReadsAgain)
                {
                    node.IsReading = false;
                    return;
                }

                node.ReadsAgain = false;
            }

            try
            {
                Take(incarnation, node, await store.ReadPresenceAsync(incarnation, _stopping.Token));
                if (_readOutage.Ends() is { } seconds)
                {
                    Log.Read(logger, seconds);
                }
            }
            catch (Exception exception)
            {
                if (exception is not OperationCanceledException && _readOutage.Begins())
                {
                    Log.ReadFailed(logger, incarnation, exception.Message);
                }

                lock (_lock)
                {
                    // So that the next list asks again.
                    node.Heard = Math.Max(node.Heard, node.Version + 1);
                }
            }
        }
    }

    private void Take(long incarnation, OtherNode node, NodePresence read)
    {
        lock (_lock)
        {
            // A node that was retired has nobody, and is dropped by the next list.
            if (_others.GetValueOrDefault(incarnation) == node && read.Version >= node.Version)
            {
                node.Version = read.Version;
                node.Heard = Math.Max(read.Version, node.ReadsAgain ? node.Heard : read.Version);
                rooms.Elsewhere?.Replace(incarnation, read.Here);
            }
        }
    }

    /// <summary>What is known of another node. Under the lock.</summary>
    private sealed class OtherNode
    {
        /// <summary>The version of what is known.</summary>
        public long Version { get; set; }

        /// <summary>The highest version that was heard of.</summary>
        public long Heard { get; set; }

        /// <summary>Lists of live nodes in a row without it.</summary>
        public int Missed { get; set; }

        public bool IsReading { get; set; }

        public bool ReadsAgain { get; set; }

        public Task Reading { get; set; } = Task.CompletedTask;
    }
}
