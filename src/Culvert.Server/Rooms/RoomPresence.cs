namespace Culvert.Server.Rooms;

/// <summary>Who is in one room, and the batches in which its readers are told.</summary>
/// <remarks>Thread-safe by one short lock, which may be taken within the room's and takes no other.</remarks>
/// <param name="room">The room.</param>
/// <param name="options">Limits.</param>
/// <param name="changed">Called when there is something to announce and the room is not queued for it yet.</param>
internal sealed class RoomPresence(Room room, RoomOptions options, Action<Room> changed)
{
    private readonly Lock _lock = new();
    private readonly Presence _presence = new();
    private bool _isQueued;

    /// <summary>
    /// Called for users who came to this node or left it, within the room's lock; null on a node that is alone.
    /// </summary>
    public Action<PresenceChange>? ChangedHere { get; init; }

    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _presence.Version;
            }
        }
    }

    /// <summary>True while a change waits to be announced.</summary>
    public bool HasChanges
    {
        get
        {
            lock (_lock)
            {
                return _presence.HasChanges;
            }
        }
    }

    /// <summary>
    /// The last batch, for readers that missed one: it fits what they know, or they see its version jump.
    /// </summary>
    public EphemeralEvent? Last { get; private set; }

    /// <summary>True while the user has a connection to this node.</summary>
    public bool Contains(long userId)
    {
        lock (_lock)
        {
            return _presence.Contains(userId);
        }
    }

    /// <summary>The user of that name, if connected to this node; null otherwise.</summary>
    public long? FindHere(string name)
    {
        lock (_lock)
        {
            foreach (var user in _presence.Here)
            {
                if (user.Name == name)
                {
                    return user.Id;
                }
            }

            return null;
        }
    }

    /// <summary>Users with a connection to this node.</summary>
    public IReadOnlyList<(long Id, string Name)> Here()
    {
        lock (_lock)
        {
            return [.. _presence.Here];
        }
    }

    /// <summary>The names present and the version they are of.</summary>
    public (long Version, IReadOnlyList<string> Names) Members()
    {
        lock (_lock)
        {
            return (_presence.Version, _presence.Snapshot());
        }
    }

    public void Enter(Caller reader)
    {
        lock (_lock)
        {
            if (_presence.Enter(reader.UserId, reader.Name))
            {
                ChangedHere?.Invoke(new PresenceChange(room.Id, reader.UserId, reader.Name, IsHere: true));
            }

            Queue();
        }
    }

    public void Exit(Caller reader)
    {
        lock (_lock)
        {
            if (_presence.Exit(reader.UserId))
            {
                ChangedHere?.Invoke(new PresenceChange(room.Id, reader.UserId, reader.Name, IsHere: false));
            }

            Queue();
        }
    }

    /// <summary>A user was on another node before anybody here read the room.</summary>
    public void Begin(long userId, string name)
    {
        lock (_lock)
        {
            _presence.EnterElsewhere(userId, name, isKnown: true);
        }
    }

    /// <summary>A user came to another node.</summary>
    public void EnterElsewhere(long userId, string name)
    {
        lock (_lock)
        {
            _presence.EnterElsewhere(userId, name);
            Queue();
        }
    }

    /// <summary>A user left another node, or the node <paramref name="isGone"/>.</summary>
    public void ExitElsewhere(long userId, bool isGone)
    {
        lock (_lock)
        {
            _presence.ExitElsewhere(userId, isGone);
            Queue();
        }
    }

    /// <summary>The next batch as an ephemeral event, when it is time for one.</summary>
    public EphemeralEvent? Next(long now)
    {
        lock (_lock)
        {
            var interval = (long)options.PresenceInterval.TotalMilliseconds;
            return _presence.TryAnnounce(now, interval, ChangedHere is not null, out var join, out var leave)
                ? Last = EphemeralEvent.Here(room.Name, _presence.Version, join, leave)
                : null;
        }
    }

    /// <summary>
    /// True while more is to be announced; once false, the next change queues the room again.
    /// </summary>
    public bool StaysQueued()
    {
        lock (_lock)
        {
            return _isQueued = _presence.HasChanges;
        }
    }

    private void Queue()
    {
        if (_presence.HasChanges && !_isQueued)
        {
            _isQueued = true;
            changed(room);
        }
    }
}
