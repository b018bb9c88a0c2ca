namespace Culvert.Client;

/// <summary>
/// How a stream is followed. Immutable, so it may be shared; every default suits a program that stays.
/// </summary>
public sealed record FollowOptions
{
    /// <summary>
    /// False to end with <see cref="FollowEndKind.CaughtUp"/> where live events would begin. Default true: stay for
    /// what comes.
    /// </summary>
    public bool Live { get; init; } = true;

    /// <summary>
    /// True, the default, to come back after a break: a room, and events with ids, go on with what is missing and
    /// nothing twice. False for one attempt, whose failure is thrown (<see cref="FollowEndKind"/>).
    /// </summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>
    /// True to keep trying when nobody answers the very first attempt, as a service wants that may start before its
    /// server. False, the default, throws <see cref="CulvertConnectException"/>: the address is most likely wrong.
    /// </summary>
    public bool WaitForServer { get; init; }

    /// <summary>
    /// Whether to come back after the server ended the stream properly without saying why. Null, the default: yes for
    /// rooms and for <c>text/event-stream</c>, whose servers end streams to move load; no for other lines, where the
    /// end is the end.
    /// </summary>
    public bool? ReconnectAfterEnd { get; init; }

    /// <summary>
    /// How long the server may be silent, heartbeats included, before the stream counts as broken. Default 45 s: three
    /// heartbeats of a Culvert server. <see cref="Timeout.InfiniteTimeSpan"/> for servers without heartbeats; a dead
    /// network is then never noticed.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// The longest line taken, and the longest data of an event, in bytes; a longer one is a bad line. Default 1 MiB,
    /// 16 times a message.
    /// </summary>
    public int MaxLineBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Ask for <c>text/event-stream</c> and not for lines; for servers that have nothing else. Default false.
    /// </summary>
    public bool PreferEventStream { get; init; }

    /// <summary>Called when the stream is open, each time. On the enumerating task; must not block.</summary>
    public Action<Uri>? OnConnected { get; init; }

    /// <summary>
    /// Called after a break, before the delay until the next attempt. Like <see cref="OnConnected"/>.
    /// </summary>
    public Action<FollowBreak>? OnBreak { get; init; }

    /// <summary>Called for a line that cannot be read, which is then skipped. Like <see cref="OnConnected"/>.</summary>
    public Action<BadLine>? OnBadLine { get; init; }
}
