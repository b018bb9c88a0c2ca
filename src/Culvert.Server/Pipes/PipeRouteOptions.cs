namespace Culvert.Server.Pipes;

/// <summary>One path and what is behind it.</summary>
public sealed record PipeRouteOptions
{
    /// <summary>
    /// WebSocket servers, <c>ws://host:port/path</c> or <c>wss://…</c>, with the client's path where they have none,
    /// and the client's query added; or ends of bytes: <c>tcp:host:port</c>, <c>unix:path</c>, <c>exec:command</c> and
    /// <c>discard:</c>; or <c>echo:</c> alone, which sends every message back. Of several, the one with the fewest
    /// sessions is next. At least one.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>How much the route looks at, between WebSockets. Default frames.</summary>
    public PipeMode Mode { get; init; }

    /// <summary>Where messages may be compressed, in the mode of messages. Default none.</summary>
    public PipeCompression Compress { get; init; }

    /// <summary>What messages pass, in the mode of messages. Default any.</summary>
    public MessageTypes Types { get; init; }

    /// <summary>What a message is at an end of bytes. Default raw.</summary>
    public Framing Framing { get; init; }

    /// <summary>
    /// True to make texts out of the bytes of an end, which then have to be UTF-8; lines always are, but for those of
    /// base64. Default false, binary messages.
    /// </summary>
    public bool Text { get; init; }

    /// <summary>
    /// Largest message made of the raw bytes of an end, and largest frame made of its lines, bytes, 1 KiB to 64 KiB.
    /// Default 16 KiB.
    /// </summary>
    public int ChunkBytes { get; init; } = 16 * 1024;

    /// <summary>
    /// True to reset an end of bytes when a client is lost without a Close, instead of ending what it gets, which it
    /// could take for complete. Default false.
    /// </summary>
    public bool AbortOnClientLoss { get; init; }

    /// <summary>
    /// True to send frames in several while they come, in the mode of frames and where no extension was agreed on: an
    /// end that dies in the middle of one is then told with close code 1011, and not by a broken connection. Default
    /// false.
    /// </summary>
    public bool SplitLargeFrames { get; init; }

    /// <summary>
    /// How many redirects of a WebSocket server are followed, 0 to 10. Each has to be allowed as the server itself is,
    /// and never leaves TLS; another origin gets neither credentials nor <see cref="SetHeaders"/>. Default 0.
    /// </summary>
    public int MaxRedirects { get; init; }

    /// <summary>
    /// True to pass a redirect that is not followed on to the client, in place of a 502. Default false: browsers follow
    /// none.
    /// </summary>
    public bool PassRedirects { get; init; }

    /// <summary>
    /// The subprotocols that a back end may be offered, of those that the client offers; ends of bytes speak the first
    /// that the client offers of them. Default none: a WebSocket server gets the client's offer as it is, an end of
    /// bytes speaks none.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// True to let the client in before a back end is dialled: failures are then a Close, 1013 for one that may pass
    /// and 1011 for another, and no extension is agreed on end to end. Default false.
    /// </summary>
    public bool AcceptFirst { get; init; }

    /// <summary>
    /// True when clients and WebSocket servers take a Close 1000 for the end of its direction alone, whose answer is
    /// the end of the other one, and when the end of bytes is such a Close. Browsers cannot, so requests with an Origin
    /// are refused. Default false: a Close ends both.
    /// </summary>
    public bool HalfClose { get; init; }

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

    /// <summary>How long an end may take nothing of what waits for it. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the other end is told then. Default that it may come again.</summary>
    public StallClose StallClose { get; init; }

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
