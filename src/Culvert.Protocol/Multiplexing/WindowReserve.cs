namespace Culvert.Protocol.Multiplexing;

/// <summary>
/// What the windows of several sessions may grow by, all together: credit that was given cannot be taken back, so it is
/// bounded when it is given. Safe for concurrent use.
/// </summary>
public sealed class WindowReserve
{
    private long _taken;

    /// <summary>Makes one of which nothing is taken.</summary>
    /// <param name="bytes">How much, 0 and more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public WindowReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
    }

    /// <summary>How much there is in all, bytes.</summary>
    public long Bytes { get; }

    /// <summary>How much of it windows have, bytes.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>Takes as much of what is wanted as is left, bytes.</summary>
    internal long Take(long wanted)
    {
        while (true)
        {
            var taken = TakenBytes;
            var part = Math.Min(wanted, Bytes - taken);
            if (Interlocked.CompareExchange(ref _taken, taken + part, taken) == taken)
            {
                return part;
            }
        }
    }

    internal void Give(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
