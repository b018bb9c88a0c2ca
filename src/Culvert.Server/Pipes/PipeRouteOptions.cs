namespace Culvert.Server.Pipes;

/// <summary>One path and the WebSocket servers behind it.</summary>
public sealed record PipeRouteOptions
{
    /// <summary>
    /// The back ends, <c>ws://host:port/path</c> or <c>wss://…</c>; or <c>echo:</c> alone, which sends every message
    /// back. Without a path the client's is used; the client's query is added. Of several, the one with the fewest
    /// sessions is next. At least one.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>How much the route looks at. Default frames.</summary>
    public PipeMode Mode { get; init; }

    /// <summary>
    /// Largest message, bytes; where the ends compress, as it travels. 1 to 1 GiB. Default: that of all pipes, 16 MiB.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Largest frame, bytes, 1 to 1 GiB. Default 1 GiB: the message's limit holds.</summary>
    public int MaxFrameBytes { get; init; } = 1 << 30;

    /// <summary>Messages a second that a client may send, over a few seconds; 0 for any. Default 0.</summary>
    public int MaxMessagesPerSecond { get; init; }

    /// <summary>Sessions at once, 1 to 1,000,000; beyond it 503. Default 10,000.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Age at which a session ends; 0 for none. Default none.</summary>
    public TimeSpan MaxLifetime { get; init; }

    /// <summary>Silence of both ends that ends a session; 0 for none. Default 2 min.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence of an end after which it gets a ping; 0 for none. Default 20 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an end may be silent after a ping. Default 20 s.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an end may take nothing of what waits for it. Default 2 min.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the connection to a back end, and again for its handshake. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>True to let only users of this server in. Default false.</summary>
    public bool Accounts { get; init; }

    /// <summary>
    /// Pages that may open it, as origins; others are refused, and who sends no Origin is no browser and may. Default
    /// none: any.
    /// </summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>
    /// True to pass <c>Cookie</c> and <c>Authorization</c> on; this server's own session cookie never is, and where
    /// <see cref="Accounts"/> is set <c>Authorization</c> is not either. Default true.
    /// </summary>
    public bool PassCredentials { get; init; } = true;

    /// <summary>Headers that the back end gets besides, as <c>Name: value</c>; they replace the client's.</summary>
    public IReadOnlyList<string> SetHeaders { get; init; } = [];

    /// <summary>
    /// Networks that a back end's name may lead to, such as <c>10.0.0.0/8</c>; looked at after each resolution.
    /// Default none: any.
    /// </summary>
    public IReadOnlyList<string> AllowNetworks { get; init; } = [];
}
