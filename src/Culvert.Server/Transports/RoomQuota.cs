using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>How many rooms each user has created in the last day. Thread-safe; a restart forgets.</summary>
internal sealed class RoomQuota(RoomOptions options, TimeProvider time)
{
    private const int MaxUsers = 10_000;
    private const long DayMilliseconds = 24 * 60 * 60 * 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, (long Since, int Count)> _users = [];

    /// <summary>Counts one more and returns 0, or returns the wait in ms.</summary>
    public int Take(Caller caller)
    {
        if (caller.IsUnlimited)
        {
            return 0;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            var (since, count) = _users.GetValueOrDefault(caller.UserId, (now, 0));
            if (now - since >= DayMilliseconds)
            {
                (since, count) = (now, 0);
            }

            if (count >= options.RoomsPerUserPerDay)
            {
                return (int)(since + DayMilliseconds - now);
            }

            if (_users.Count >= MaxUsers)
            {
                Forget(now);
            }

            _users[caller.UserId] = (since, count + 1);
            return 0;
        }
    }

    /// <summary>The room was not created after all.</summary>
    public void GiveBack(Caller caller)
    {
        lock (_lock)
        {
            if (_users.TryGetValue(caller.UserId, out var user) && user.Count > 0)
            {
                _users[caller.UserId] = user with { Count = user.Count - 1 };
            }
        }
    }

    /// <summary>Days that are over carry no information; so many users in one day would be let go early.</summary>
    private void Forget(long now)
    {
        foreach (var (user, (since, _)) in _users)
        {
            if (now - since >= DayMilliseconds)
            {
                _users.Remove(user);
            }
        }

        if (_users.Count >= MaxUsers)
        {
            _users.Clear();
        }
    }
}
