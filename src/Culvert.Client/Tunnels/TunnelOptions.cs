using Culvert.Client.Messages;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>
/// How a <see cref="TunnelSession"/> connects and behaves. Immutable, so it may be shared; every default is safe.
/// </summary>
/// <remarks>
/// <see cref="ConnectOptions.OpenTimeout"/> also bounds how long a stream that is to be opened waits for a connection
/// that was lost. The subprotocol is the tunnel's own; <see cref="ConnectOptions.Subprotocols"/> is not used.
/// </remarks>
public sealed record TunnelOptions : ConnectOptions
{
    /// <summary>
    /// WebSockets that the session uses side by side, 1 to 4; each new stream goes to the one with the fewest. Default
    /// 1. More of them help where the network loses packets, because one that waits holds up only its own streams.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int Carriers
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4);
            field = value;
        }
    } = 1;

    /// <summary>
    /// Largest window that a stream grows to: what may be on the way to here and not yet read, in bytes, 256 KiB to
    /// 1 GiB. Default 64 MiB: what 10 Gbit/s need at a round trip of 50 ms. A window begins with 256 KiB and grows only
    /// as far as the rate and the round trip ask for. What goes the other way is the server's, or the other agent's, to
    /// set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxStreamWindow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MultiplexerOptions.InitialWindow);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            field = value;
        }
    } = MultiplexerOptions.DefaultMaxStreamWindow;

    /// <summary>
    /// Bytes that have come on one WebSocket and are not yet read, of all its streams, 1 MiB to 16 GiB. At the limit
    /// the stream with the most is reset; windows grow by half of it, all together, so that only programs that do not
    /// read come there. Default 256 MiB: two streams with the largest window.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public long SessionBudget
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1L << 20);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1L << 34);
            field = value;
        }
    } = MultiplexerOptions.DefaultSessionBudget;

    /// <summary>
    /// What tells this agent from another one of the same user with the same name, 1 to 128 characters. The same
    /// instance again takes the name over; another one shares it. Null, the default: the machine's name and the target
    /// for forwards, so that a program that starts again takes over from itself, and a random text for listeners.
    /// </summary>
    public string? Instance { get; init; }

    /// <summary>
    /// Whether the first connection is tried again until the server is there. Default: false, so that a wrong address
    /// fails at once. What makes no sense to repeat, such as a wrong token, fails either way.
    /// </summary>
    public bool WaitForServer { get; init; }

    /// <summary>Silence of the server after which it gets a ping. Default 15 s: below what proxies cut after.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Further silence after which the connection counts as lost. Default 15 s.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may take to answer for a stream. Default 30 s: longer than it takes to reach a target.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one direction of a forwarded connection goes on, without anything coming, after the other has ended.
    /// Default 30 s.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Awaited before each attempt to connect, the first included: the place to fetch a fresh token. What it throws
    /// ends the session. Default: null.
    /// </summary>
    public Func<ConnectAttempt, CancellationToken, ValueTask>? OnConnecting { get; init; }

    /// <summary>
    /// Told the end of each connection of the forwards, also of one that could not be made. Called from any thread,
    /// also at once from several; it must not throw. Default: null.
    /// </summary>
    public Action<ForwardedConnection>? OnForwarded { get; init; }

    /// <summary>Numbers from 0 up to 1 for the jitter of delays; the tests fix them.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
