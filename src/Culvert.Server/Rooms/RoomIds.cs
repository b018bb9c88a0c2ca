using System.Security.Cryptography;

namespace Culvert.Server.Rooms;

/// <summary>Gives new rooms their ids and epochs. Thread-safe.</summary>
internal sealed class RoomIds
{
    private long _last;

    /// <summary>
    /// Time-ordered and unique on this node: milliseconds, then a counter that starts anywhere. Two nodes meet once in
    /// 256 times that they make a room in the same millisecond; then the store refuses one, and its maker tries again.
    /// </summary>
    public long Next(long now)
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, (now << 8) + RandomNumberGenerator.GetInt32(256));
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>Ten letters and digits: no two logs ever share one.</summary>
    public static string NewEpoch() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10);
}
