namespace Culvert.Protocol.Multiplexing;

/// <summary>The limits of a session. They hold the peer; nothing of them crosses the wire.</summary>
public sealed record MultiplexerOptions
{
    /// <summary>The window that every stream begins with, in both directions, bytes. The specification's.</summary>
    public const int InitialWindow = 256 * 1024;

    /// <summary>The default of <see cref="MaxStreamWindow"/>, bytes.</summary>
    public const int DefaultMaxStreamWindow = 64 * 1024 * 1024;

    /// <summary>The default of <see cref="SessionBudget"/>, bytes.</summary>
    public const long DefaultSessionBudget = 256L * 1024 * 1024;

    /// <summary>Streams open at once, from both ends together, 1 to 10,000. Default 1,024.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>
    /// Streams of the peer that wait to be accepted, 1 to 10,000; more are refused. Default 256, as other
    /// implementations have it.
    /// </summary>
    public int AcceptBacklog { get; init; } = 256;

    /// <summary>
    /// Largest window that a stream's grows to, bytes, 256 KiB to 1 GiB. Default 64 MiB: 10 Gbit/s at a round trip of
    /// 50 ms, and 320 MB/s at 200 ms. It is only ever as large as the rate and the round trip ask for.
    /// </summary>
    public int MaxStreamWindow { get; init; } = DefaultMaxStreamWindow;

    /// <summary>
    /// Bytes that were received and not yet consumed, of all streams together, 1 MiB to 16 GiB. At the limit new
    /// streams are refused, and the stream with the most unread is reset. Windows grow by half of it, all together.
    /// Default 256 MiB: two streams with the largest window.
    /// </summary>
    public long SessionBudget { get; init; } = DefaultSessionBudget;

    /// <summary>
    /// What the windows of all sessions that share it may grow by; beyond it a window stays as it is. Default null: no
    /// bound but each session's own.
    /// </summary>
    public WindowReserve? Reserve { get; init; }

    /// <summary>
    /// Answers to pings and refusals that wait to be sent, 16 to 65,536; more end the session. Default 4,096.
    /// </summary>
    public int MaxQueuedControls { get; init; } = 4096;

    /// <summary>
    /// Streams reset here whose data may still be on the way, 16 to 65,536; of more, the oldest is forgotten, and data
    /// for it ends the session. Default 4,096.
    /// </summary>
    public int MaxResetStreams { get; init; } = 4096;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public void Validate()
    {
        Check(MaxStreams, 1, 10_000, nameof(MaxStreams));
        Check(AcceptBacklog, 1, 10_000, nameof(AcceptBacklog));
        Check(MaxStreamWindow, InitialWindow, 1 << 30, nameof(MaxStreamWindow));
        Check(SessionBudget, 1 << 20, 1L << 34, nameof(SessionBudget));
        Check(MaxQueuedControls, 16, 65_536, nameof(MaxQueuedControls));
        Check(MaxResetStreams, 16, 65_536, nameof(MaxResetStreams));
    }

    private static void Check(long value, long least, long most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
