using System.Collections.Concurrent;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Counts the open streams and sockets of each user. Thread-safe.</summary>
internal sealed class ConnectionLimits(RoomOptions options)
{
    private readonly ConcurrentDictionary<long, int> _open = new();

    /// <summary>Counts one more; false when the user has as many as allowed.</summary>
    public bool TryEnter(Caller caller)
    {
        var count = _open.AddOrUpdate(caller.UserId, 1, static (_, open) => open + 1);
        if (count <= options.MaxConnectionsPerUser || caller.IsUnlimited)
        {
            return true;
        }

        Exit(caller);
        return false;
    }

    /// <summary>The reverse of a <see cref="TryEnter"/> that was true.</summary>
    public void Exit(Caller caller)
    {
        while (_open.TryGetValue(caller.UserId, out var count))
        {
            var done = count == 1
                ? _open.TryRemove(KeyValuePair.Create(caller.UserId, 1))
                : _open.TryUpdate(caller.UserId, count - 1, count);
            if (done)
            {
                return;
            }
        }
    }
}
