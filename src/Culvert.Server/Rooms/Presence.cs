namespace Culvert.Server.Rooms;

/// <summary>
/// Who is in one room now: a user counts while at least one connection does. Changes are announced in batches, each
/// with the next version, so a reader that sees versions jump asks for the members again.
/// </summary>
/// <remarks>Not thread-safe (the room's lock guards it) and deterministic in the given time.</remarks>
internal sealed class Presence
{
    /// <summary>
    /// Names of one batch at most: a storm of arrivals must not become one huge line to each of them.
    /// </summary>
    private const int MaxNames = 256;

    private readonly Dictionary<long, (string Name, int Connections)> _users = [];
    private readonly SortedSet<string> _announced = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = [];
    private long _announcedAt = long.MinValue / 2;

    /// <summary>Number of the last announced batch; counts up by one.</summary>
    public long Version { get; private set; }

    /// <summary>True while a change waits to be announced.</summary>
    public bool HasChanges => _changed.Count > 0;

    /// <summary>True while the user has a connection.</summary>
    public bool Contains(long userId) => _users.ContainsKey(userId);

    /// <summary>Number of users with a connection.</summary>
    public int Count => _users.Count;

    public void Enter(long userId, string name)
    {
        if (_users.TryGetValue(userId, out var user))
        {
            _users[userId] = (user.Name, user.Connections + 1);
            return;
        }

        _users[userId] = (name, 1);
        Change(name, present: true);
    }

    public void Exit(long userId)
    {
        if (!_users.TryGetValue(userId, out var user))
        {
            return;
        }

        if (user.Connections > 1)
        {
            _users[userId] = (user.Name, user.Connections - 1);
            return;
        }

        _users.Remove(userId);
        Change(user.Name, present: false);
    }

    /// <summary>The names as of <see cref="Version"/>, sorted.</summary>
    public IReadOnlyList<string> Snapshot() => [.. _announced];

    /// <summary>
    /// The next batch, once <paramref name="interval"/> ms have passed since the last one; false when there is nothing
    /// to say yet.
    /// </summary>
    public bool TryAnnounce(long now, long interval, out IReadOnlyList<string> join, out IReadOnlyList<string> leave)
    {
        join = leave = [];
        if (!HasChanges || IsTooSoon(now, interval))
        {
            return false;
        }

        List<string> joined = [], left = [];
        foreach (var name in _changed)
        {
            if (joined.Count + left.Count == MaxNames)
            {
                break;
            }

            _changed.Remove(name);
            if (_announced.Remove(name))
            {
                left.Add(name);
            }
            else
            {
                _announced.Add(name);
                joined.Add(name);
            }
        }

        _announcedAt = now;
        Version++;
        (join, leave) = (joined, left);
        return true;
    }

    /// <summary>A wall clock that was set back must not silence the room until it has caught up.</summary>
    private bool IsTooSoon(long now, long interval) => now >= _announcedAt && now - _announcedAt < interval;

    /// <summary>A user who left and came back between two batches never changed.</summary>
    private void Change(string name, bool present)
    {
        if (_announced.Contains(name) == present)
        {
            _changed.Remove(name);
        }
        else
        {
            _changed.Add(name);
        }
    }
}
