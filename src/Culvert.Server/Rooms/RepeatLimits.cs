using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Refuses a text that its author has just published in the same room. Thread-safe.</summary>
/// <remarks>
/// Only chat messages, <c>{"text":…}</c>: readings of a sensor may repeat. The same idempotency key is no repetition
/// but a second try. Callers without limits are not looked at. Each node remembers what was said on it: a script that
/// takes turns says it once a node.
/// </remarks>
internal sealed class RepeatLimits(RoomOptions options)
{
    private const int MaxUsers = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Said> _last = [];

    /// <summary>0 when the messages may be published now, otherwise the wait in ms.</summary>
    public int Take(Caller caller, ReadOnlySpan<Append> appends, long now)
    {
        var interval = (long)options.RepeatInterval.TotalMilliseconds;
        if (caller.IsUnlimited || interval == 0)
        {
            return 0;
        }

        foreach (var append in appends)
        {
            if (append.Kind == EventKind.Message
                && append.Data.Span.StartsWith("{\"text\":"u8)
                && Take(caller.UserId, append, interval, now) is > 0 and var wait)
            {
                return wait;
            }
        }

        return 0;
    }

    private int Take(long userId, Append append, long interval, long now)
    {
        var hash = new HashCode();
        hash.AddBytes(append.Data.Span);
        var said = new Said(append.RoomId, hash.ToHashCode(), append.Key, now);
        lock (_lock)
        {
            if (_last.TryGetValue(userId, out var last)
                && (last.RoomId, last.Hash) == (said.RoomId, said.Hash)
                && (said.Key is null || said.Key != last.Key)
                && now - last.At < interval)
            {
                return (int)(last.At + interval - now);
            }

            if (_last.Count >= MaxUsers)
            {
                Forget(now - interval);
            }

            _last[userId] = said;
            return 0;
        }
    }

    /// <summary>What was said before carries no information; so many users at once are forgiven early.</summary>
    private void Forget(long before)
    {
        foreach (var (user, said) in _last)
        {
            if (said.At <= before)
            {
                _last.Remove(user);
            }
        }

        if (_last.Count >= MaxUsers)
        {
            _last.Clear();
        }
    }

    /// <summary>What a user said last. Of the text its hash: a chance of one in 2^32 costs a wait of seconds.</summary>
    private readonly record struct Said(long RoomId, int Hash, string? Key, long At);
}
