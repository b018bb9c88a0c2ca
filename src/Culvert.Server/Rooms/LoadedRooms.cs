using System.Collections.Concurrent;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The rooms in memory: loads them, announces who is in them, and lets go of those nobody uses.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LoadedRooms : IDisposable
{
    // By the name as its creator wrote it, which most callers send, so that the usual look-up makes no key.
    private readonly ConcurrentDictionary<string, Room> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Room> _byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Room> _byId = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly ConcurrentQueue<Room> _presence = new();
    private readonly IRoomStore _store;
    private readonly int _loops;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<Room, RoomChange.OfMember> _memberChanged;
    private Action<PresenceChange>? _changedHere;
    private Action<Room>? _loaded;

    public LoadedRooms(
        IRoomStore store,
        int loops,
        RoomOptions options,
        TimeProvider time,
        Action<Room, RoomChange.OfMember> memberChanged)
    {
        _store = store;
        _loops = loops;
        _options = options;
        _time = time;
        _memberChanged = memberChanged;
    }

    public IEnumerable<Room> All => _byKey.Values;

    /// <inheritdoc cref="RoomDirectory.Elsewhere"/>
    public Elsewhere? Elsewhere { get; private set; }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From here on the node is one of several.</summary>
    /// <param name="changedHere">As <see cref="RoomPresence.ChangedHere"/>.</param>
    /// <param name="loaded">Called for each room that was loaded: its log may have grown meanwhile.</param>
    public void Join(Action<PresenceChange> changedHere, Action<Room> loaded)
    {
        Elsewhere = new Elsewhere(Find);
        _changedHere = changedHere;
        _loaded = loaded;
    }

    /// <summary>The room of this name as its creator wrote it, if it is loaded.</summary>
    public Room? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The room of this id, if it is loaded.</summary>
    public Room? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>The room of that name whoever asks, so only for callers that are a gate; neither for none.</summary>
    public async ValueTask<(Room? Room, Refusal? Refusal)> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseRoom(name, out var key, out _))
        {
            // A name that cannot exist answers like one that does not.
            return (null, null);
        }

        if (_byKey.TryGetValue(key, out var loaded))
        {
            return (loaded, null);
        }

        // One load at a time keeps two copies of a room from ever existing; loads are one indexed read. The row is read
        // after the room was seen not to be loaded, so nothing can be appended behind it by this node.
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_byKey.TryGetValue(key, out loaded))
            {
                return (loaded, null);
            }

            var now = Now;
            if (await _store.FindRoomAsync(key, cancellationToken) is not { } record)
            {
                return (null, null);
            }

            if (_byKey.Count >= _options.MaxLoadedRooms)
            {
                return (null, new Refusal(ErrorCode.Overloaded, null, 1000));
            }

            return (Load(record, now), null);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>
    /// While no room is being loaded, does something to a stored one after which it has no name; then forgets it, if
    /// that was done.
    /// </summary>
    public async ValueTask<bool> ForgetAsync(
        string key, Func<ValueTask<bool>> act, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var isDone = await act();
            if (isDone && _byKey.TryGetValue(key, out var room))
            {
                Remove(room);
                room.TryUnload();
            }

            return isDone;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The room is gone from the store: another node has erased it, or its name is another room's.</summary>
    public void Forget(Room room)
    {
        Remove(room);
        room.Evict(new Eviction(0, StreamCloseCode.RoomGone));
        room.TryUnload();
    }

    /// <summary>Announces presence batches that are due. Called by the ticker.</summary>
    public void AnnouncePresence()
    {
        var now = Now;
        for (var left = _presence.Count; left > 0 && _presence.TryDequeue(out var room); left--)
        {
            if (room.Presence.Next(now) is { } here)
            {
                room.Announce(here);
            }

            if (room.Presence.StaysQueued())
            {
                _presence.Enqueue(room);
            }
        }
    }

    /// <summary>Unloads rooms nobody used for <see cref="RoomOptions.UnloadAfter"/>. Called by the ticker.</summary>
    public void UnloadIdle()
    {
        var before = Now - (long)_options.UnloadAfter.TotalMilliseconds;
        foreach (var room in All)
        {
            if (room.LastUsed < before && room.SubscriptionCount == 0 && room.TryUnload())
            {
                Remove(room);
            }
        }
    }

    public void Dispose() => _loading.Dispose();

    private Room Load(RoomRecord record, long now)
    {
        var room = new Room(record, _loops, _options, _presence.Enqueue, _memberChanged, _changedHere) { SeenAt = now };
        if (Elsewhere is null)
        {
            Add(room);
        }
        else
        {
            Elsewhere.Load(room, Add);
            _loaded!(room); // Not null where Elsewhere is not.
        }

        return room;
    }

    private void Add(Room room)
    {
        _byId[room.Id] = room;
        _byKey[room.Record.NameKey] = room;
        _byName[room.Name] = room;
    }

    private void Remove(Room room)
    {
        _byName.TryRemove(KeyValuePair.Create(room.Name, room));
        _byKey.TryRemove(KeyValuePair.Create(room.Record.NameKey, room));
        _byId.TryRemove(KeyValuePair.Create(room.Id, room));
    }
}
