namespace Culvert.Server.Rooms;

/// <summary>Who is in which room on other nodes. Thread-safe.</summary>
/// <remarks>
/// Kept for all rooms, because one that is loaded later shows them too: one entry for each user and room of a node.
/// </remarks>
/// <param name="find">The room of an id, if it is loaded.</param>
internal sealed class Elsewhere(Func<long, Room?> find)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, HashSet<(long RoomId, long UserId)>> _nodes = [];
    private readonly Dictionary<long, Dictionary<(long Incarnation, long UserId), string>> _rooms = [];

    /// <summary>Shows a room that is being loaded who is there and makes it known, with nothing in between.</summary>
    public void Load(Room room, Action<Room> makeKnown)
    {
        lock (_lock)
        {
            foreach (var (user, name) in _rooms.GetValueOrDefault(room.Id, []))
            {
                room.Presence.Begin(user.UserId, name);
            }

            makeKnown(room);
        }
    }

    /// <summary>Users came and left.</summary>
    public void Change(long incarnation, IReadOnlyList<PresenceChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                Apply(incarnation, change, isGone: false);
            }
        }
    }

    /// <summary>This is all that is on that node.</summary>
    public void Replace(long incarnation, IReadOnlyList<PresenceChange> here)
    {
        lock (_lock)
        {
            var stays = here.Select(static change => (change.RoomId, change.UserId)).ToHashSet();
            Remove(incarnation, key => !stays.Contains(key), isGone: false);
            foreach (var change in here)
            {
                Apply(incarnation, change, isGone: false);
            }
        }
    }

    /// <summary>The node is gone, and with it all who were there.</summary>
    public void Drop(long incarnation)
    {
        lock (_lock)
        {
            Remove(incarnation, static _ => true, isGone: true);
            _nodes.Remove(incarnation);
        }
    }

    private void Remove(long incarnation, Func<(long RoomId, long UserId), bool> leaves, bool isGone)
    {
        foreach (var key in _nodes.GetValueOrDefault(incarnation, []).Where(leaves).ToList())
        {
            Apply(incarnation, new PresenceChange(key.RoomId, key.UserId, "", IsHere: false), isGone);
        }
    }

    private void Apply(long incarnation, PresenceChange change, bool isGone)
    {
        if (!_nodes.TryGetValue(incarnation, out var node))
        {
            _nodes[incarnation] = node = [];
        }

        var key = (change.RoomId, change.UserId);
        if (change.IsHere ? !node.Add(key) : !node.Remove(key))
        {
            return;
        }

        if (!_rooms.TryGetValue(change.RoomId, out var users))
        {
            _rooms[change.RoomId] = users = [];
        }

        var room = find(change.RoomId);
        if (change.IsHere)
        {
            users.Add((incarnation, change.UserId), change.UserName);
            room?.Presence.EnterElsewhere(change.UserId, change.UserName);
            return;
        }

        users.Remove((incarnation, change.UserId));
        room?.Presence.ExitElsewhere(change.UserId, isGone);
        if (users.Count == 0)
        {
            _rooms.Remove(change.RoomId);
        }
    }
}
