using Culvert.Protocol.Multiplexing;

namespace Culvert.Server.Tunnels;

/// <summary>What agents may do through their tunnels.</summary>
public sealed record TunnelServerOptions
{
    /// <summary>
    /// What may be connected to: <c>host:port</c>, the host a name, a glob, an address or a network, the port a number,
    /// a range or <c>*</c>; or <c>name:GLOB</c>. Default <c>name:*</c>: names that agents registered, and nothing else.
    /// </summary>
    public IReadOnlyList<string> Allow { get; init; } = ["name:*"];

    /// <summary>
    /// Who may register which names: a glob, and the users, <c>*</c> for anybody. When there are any, a name that no
    /// glob matches is nobody's. Default none: whoever has the scope <c>listen</c> registers any name.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Names { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Globs of the names that <c>/t/{name}</c> opens for anybody, without a sign-in. Default none.</summary>
    public IReadOnlyList<string> Public { get; init; } = [];

    /// <summary>Agents at once, 1 to 100,000; beyond it 503. Default 1,000.</summary>
    public int MaxSessions { get; init; } = 1000;

    /// <summary>
    /// Agents at once of one user, 1 to 100,000; beyond it 429. Default 16: some machines, each with some programs. The
    /// owner token, and tokens that it minted with its scope, are not counted.
    /// </summary>
    public int MaxSessionsPerUser { get; init; } = 16;

    /// <summary>Streams at once that one agent opened, 1 to 9,000; beyond it 429. Default 1,024.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>Names at once that one agent registered, 1 to 10,000. Default 256.</summary>
    public int MaxNames { get; init; } = 256;

    /// <summary>
    /// Largest window that a stream of an agent grows to, bytes, 256 KiB to 1 GiB. Default 64 MiB: what 10 Gbit/s
    /// need at a round trip of 50 ms. A window grows only as far as the rate and the round trip ask for.
    /// </summary>
    public int MaxStreamWindow { get; init; } = MultiplexerOptions.DefaultMaxStreamWindow;

    /// <summary>
    /// Bytes that were received on one connection of an agent and not yet passed on, 1 MiB to 16 GiB. At the limit the
    /// stream with the most is reset; windows grow by half of it. Default 256 MiB: two streams with the largest window.
    /// </summary>
    public long SessionBudget { get; init; } = MultiplexerOptions.DefaultSessionBudget;

    /// <summary>
    /// What the windows of all agents together may grow by beyond the 256 KiB that each begins with, bytes, 0 to 1 TiB.
    /// Beyond it streams go on with the windows that they have. Default 512 MiB: eight streams with the largest window.
    /// </summary>
    public long WindowBudget { get; init; } = 512L * 1024 * 1024;

    /// <summary>Silence of an agent after which it gets a ping, 1 s to 1 h. Default 15 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an agent may be silent after a ping, 1 s to 1 h. Default 15 s.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the connection to a target, its name's resolution included, 1 s to 1 h. Default 10 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Silence of both ends that ends a stream; 0 for none. Default none: what runs over TCP may be silent for days.
    /// </summary>
    public TimeSpan Idle { get; init; }
}
