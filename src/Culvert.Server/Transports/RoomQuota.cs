using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>
/// How many rooms each user has created in the last day, direct ones apart. Thread-safe; a restart forgets.
/// </summary>
internal sealed class RoomQuota(RoomOptions options, TimeProvider time)
{
    private const int MaxUsers = 10_000;
    /// <summary>People write to more others than they open rooms.</summary>
    private const int DirectShare = 10;

    private const long DayMilliseconds = 24 * 60 * 60 * 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(long UserId, bool IsDirect), (long Since, int Count)> _users = [];

    /// <summary>Counts one more and returns 0, or returns the wait in ms.</summary>
    public int Take(Caller caller, RoomKind kind)
    {
        if (caller.IsUnlimited)
        {
            return 0;
        }

        var key = (caller.UserId, kind == RoomKind.Direct);
        var most = (long)options.RoomsPerUserPerDay * (kind == RoomKind.Direct ? DirectShare : 1);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            var (since, count) = _users.GetValueOrDefault(key, (now, 0));
            if (now - since >= DayMilliseconds)
            {
                (since, count) = (now, 0);
            }

            if (count >= most)
            {
                return (int)(since + DayMilliseconds - now);
            }

            if (_users.Count >= MaxUsers)
            {
                Forget(now);
            }

            _users[key] = (since, count + 1);
            return 0;
        }
    }

    /// <summary>The room, no direct one, was not created after all.</summary>
    public void GiveBack(Caller caller)
    {
        lock (_lock)
        {
            var key = (caller.UserId, IsDirect: false);
            if (_users.TryGetValue(key, out var user) && user.Count > 0)
            {
                _users[key] = user with { Count = user.Count - 1 };
            }
        }
    }

    /// <summary>Days that are over carry no information; so many users in one day would be let go early.</summary>
    private void Forget(long now)
    {
        foreach (var (key, (since, _)) in _users)
        {
            if (now - since >= DayMilliseconds)
            {
                _users.Remove(key);
            }
        }

        if (_users.Count >= MaxUsers)
        {
            _users.Clear();
        }
    }
}
