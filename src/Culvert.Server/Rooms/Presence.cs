using System.Runtime.InteropServices;

namespace Culvert.Server.Rooms;

/// <summary>
/// Who is in one room now: a user counts while at least one connection does, here or on another node. Changes are
/// announced in batches, each with the next version, so a reader that sees versions jump asks for the members again.
/// </summary>
/// <remarks>Not thread-safe (<see cref="RoomPresence"/> guards it) and deterministic in the given time.</remarks>
internal sealed class Presence
{
    /// <summary>
    /// Names of one batch at most: a storm of arrivals must not become one huge line to each of them.
    /// </summary>
    private const int MaxNames = 256;

    private const long NotSeen = long.MaxValue;
    private const long LongAgo = long.MinValue / 2;

    private readonly Dictionary<long, User> _users = [];
    private readonly SortedSet<string> _announced = new(StringComparer.Ordinal);

    // With each name when an announcement first met it.
    private readonly Dictionary<string, long> _changed = new(StringComparer.Ordinal);
    private long _announcedAt = LongAgo;

    /// <summary>Number of the last announced batch; counts up by one.</summary>
    public long Version { get; private set; }

    /// <summary>True while a change waits to be announced.</summary>
    public bool HasChanges => _changed.Count > 0;

    /// <summary>Number of users with a connection, here or elsewhere.</summary>
    public int Count => _users.Count;

    /// <summary>Users with a connection to this node.</summary>
    public IEnumerable<(long Id, string Name)> Here =>
        from user in _users
        where user.Value.Connections > 0
        select (user.Key, user.Value.Name);

    /// <summary>True while the user has a connection to this node.</summary>
    public bool Contains(long userId) => _users.TryGetValue(userId, out var user) && user.Connections > 0;

    /// <summary>True when it is the user's first connection to this node.</summary>
    public bool Enter(long userId, string name)
    {
        ref var user = ref Find(userId, name);
        user.Connections++;
        Note(user, isGone: false);
        return user.Connections == 1;
    }

    /// <summary>True when it was the user's last connection to this node.</summary>
    public bool Exit(long userId)
    {
        ref var user = ref CollectionsMarshal.GetValueRefOrNullRef(_users, userId);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref user) || user.Connections == 0)
        {
            return false;
        }

        user.Connections--;
        var isLast = user.Connections == 0;
        Settle(userId, user, isGone: false);
        return isLast;
    }

    /// <summary>The user came to another node; <paramref name="isKnown"/> when everybody was told already.</summary>
    public void EnterElsewhere(long userId, string name, bool isKnown = false)
    {
        ref var user = ref Find(userId, name);
        user.Nodes++;
        if (isKnown)
        {
            _announced.Add(name);
        }

        Note(user, isGone: false);
    }

    /// <summary>
    /// The user left another node. When the node <paramref name="isGone"/>, there was time enough to come back.
    /// </summary>
    public void ExitElsewhere(long userId, bool isGone)
    {
        ref var user = ref CollectionsMarshal.GetValueRefOrNullRef(_users, userId);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref user) && user.Nodes > 0)
        {
            user.Nodes--;
            Settle(userId, user, isGone);
        }
    }

    /// <summary>The names as of <see cref="Version"/>, sorted.</summary>
    public IReadOnlyList<string> Snapshot() => [.. _announced];

    /// <summary>
    /// The next batch, once <paramref name="interval"/> ms have passed since the last one; false when there is nothing
    /// to say yet. With <paramref name="holdsLeaves"/>, who left may come back on another node for that long, and never
    /// changed then.
    /// </summary>
    public bool TryAnnounce(
        long now, long interval, bool holdsLeaves, out IReadOnlyList<string> join, out IReadOnlyList<string> leave)
    {
        join = leave = [];
        if (!HasChanges)
        {
            return false;
        }

        Stamp(now);
        if (IsTooSoon(now, _announcedAt, interval))
        {
            return false;
        }

        List<string> joined = [], left = [];
        foreach (var (name, at) in _changed)
        {
            if (joined.Count + left.Count == MaxNames)
            {
                break;
            }

            if (!_announced.Contains(name))
            {
                joined.Add(name);
            }
            else if (!holdsLeaves || !IsTooSoon(now, at, interval))
            {
                left.Add(name);
            }
        }

        if (joined.Count + left.Count == 0)
        {
            return false;
        }

        Take(joined, left);
        _announcedAt = now;
        Version++;
        (join, leave) = (joined, left);
        return true;
    }

    private void Take(List<string> joined, List<string> left)
    {
        foreach (var name in joined)
        {
            _changed.Remove(name);
            _announced.Add(name);
        }

        foreach (var name in left)
        {
            _changed.Remove(name);
            _announced.Remove(name);
        }
    }

    private void Stamp(long now)
    {
        foreach (var name in _changed.Keys)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrNullRef(_changed, name);
            at = at == NotSeen ? now : at;
        }
    }

    /// <summary>A wall clock that was set back must not silence the room until it has caught up.</summary>
    private static bool IsTooSoon(long now, long at, long interval) => now >= at && now - at < interval;

    private ref User Find(long userId, string name)
    {
        ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, userId, out _);
        user.Name ??= name;
        return ref user;
    }

    /// <summary>Forgets a user who is nowhere any more.</summary>
    private void Settle(long userId, User user, bool isGone)
    {
        if (user is { Connections: 0, Nodes: 0 })
        {
            _users.Remove(userId);
        }

        Note(user, isGone);
    }

    /// <summary>A user who left and came back between two batches never changed.</summary>
    private void Note(User user, bool isGone)
    {
        if (_announced.Contains(user.Name) == (user.Connections + user.Nodes > 0))
        {
            _changed.Remove(user.Name);
        }
        else
        {
            _changed.TryAdd(user.Name, isGone ? LongAgo : NotSeen);
        }
    }

    private struct User
    {
        public string Name;
        public int Connections;
        public int Nodes;
    }
}
