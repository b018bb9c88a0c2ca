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

    /// <summary>Streams at once that one agent opened, 1 to 9,000; beyond it 429. Default 1,024.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>Names at once that one agent registered, 1 to 10,000. Default 256.</summary>
    public int MaxNames { get; init; } = 256;

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
