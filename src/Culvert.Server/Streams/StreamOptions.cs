namespace Culvert.Server.Streams;

/// <summary>
/// How one stream is sent. Immutable, so one value may serve all requests; vary it with <c>with</c>.
/// </summary>
public sealed record StreamOptions
{
    /// <summary>What the log calls the stream. Null, the default: the path of the request.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// What else the line of the log says, such as for whom the stream was. Null, the default, for nothing. May come
    /// from the client: control characters are escaped, and 128 characters are kept.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>
    /// True to label lines <c>application/json</c> for clients that accept anything, as servers did before NDJSON had
    /// a type of its own; the bytes are the same. Default false: <c>application/x-ndjson</c>.
    /// </summary>
    public bool LinesAsJson { get; init; }

    /// <summary>
    /// True to end lines with <c>{"type":"end","reason":"shutdown"}</c>, or <c>finished</c>, before the proper end of
    /// the body. Default false: a client that does not expect such a line would take it for an item. Server-sent
    /// events always have <c>event: shutdown</c>.
    /// </summary>
    public bool EndLine { get; init; }

    /// <summary>
    /// The silence after which a heartbeat is sent: a comment in server-sent events; in lines
    /// <c>{"type":"heartbeat"}</c>, and only to clients that ask with <c>?heartbeat=1</c>. Default 15 s, which WHATWG
    /// HTML §9.2.7 advises; to half a second. <see cref="Timeout.InfiniteTimeSpan"/> for none.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a client may take nothing of what is to be sent before it is cut off. Default 5 s; to half a second.
    /// </summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The age at which a stream ends in order, so that load moves to other servers when clients come back; each ends
    /// at a random moment of the last quarter. Null, the default, for no limit.
    /// </summary>
    public TimeSpan? MaxLifetime { get; init; }
}
