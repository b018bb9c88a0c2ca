namespace Culvert.Client.Messages;

/// <summary>
/// How a <see cref="MessageClient"/> comes back after its connection was lost: after random delays up to a bound that
/// doubles from 0.5 s to 30 s. Immutable, so it may be shared.
/// </summary>
/// <remarks>
/// It comes back after a connection that broke or fell silent, and after 1001, 1006, 1011, 1012, 1013 and 1014; not
/// after any other code, which the next attempt would only earn again. A message is delivered at most once: one that
/// was being sent when the connection broke fails, and may have arrived.
/// </remarks>
public sealed record ReconnectOptions
{
    /// <summary>
    /// How long to go on trying after a loss before the client is closed. Default: for ever;
    /// <see cref="Timeout.InfiniteTimeSpan"/> says so too.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Awaited before each attempt, the first included: the place to fetch a fresh token. What it throws fails the
    /// attempt for good. Default: null.
    /// </summary>
    public Func<ConnectAttempt, CancellationToken, ValueTask>? OnConnecting { get; init; }

    /// <summary>
    /// Awaited on each new connection before anybody else's message goes out on it: the place to send what the other
    /// side must hear first, such as a subscription. What it throws ends that connection. Default: null.
    /// </summary>
    public Func<Preamble, CancellationToken, ValueTask>? OnConnected { get; init; }

    /// <summary>What becomes of messages sent in between. Default: <see cref="SendPolicy.Fail"/>.</summary>
    public SendPolicy WhileDown { get; init; }

    /// <summary>
    /// How many bytes wait under <see cref="SendPolicy.Buffer"/>, 64 for each message besides its own. At least 0.
    /// Default: 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public int BufferBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>
    /// How old a waiting message may get under <see cref="SendPolicy.Buffer"/>; an older one is dropped and counted.
    /// Default: 60 s.
    /// </summary>
    public TimeSpan BufferAge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Numbers from 0 up to 1 for the jitter of delays; the tests fix them.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
