namespace Culvert.Server.Pipes.Endpoints;

/// <summary>What <c>culvert pipe</c> was asked for, as it was written. Immutable.</summary>
public sealed record PipeRequest
{
    /// <summary>The first end.</summary>
    public required string First { get; init; }

    /// <summary>The second end.</summary>
    public required string Second { get; init; }

    /// <summary>
    /// How messages of a WebSocket stand in the bytes of the other end: <c>raw</c>, one after the other without a sign
    /// between; <c>line</c>, each with a line feed behind it; <c>split-line</c>, the same with line feeds in it;
    /// <c>json-line</c> and <c>base64-line</c>, each in that form on a line; <c>length</c>, each behind its length in 4
    /// bytes, big-endian; <c>typed-length</c>, with a byte before it for its type. Default: raw.
    /// </summary>
    public string Framing { get; init; } = "raw";

    /// <summary>Whether bytes become text messages, which must be UTF-8. Default: false, binary ones.</summary>
    public bool Text { get; init; }

    /// <summary>
    /// Largest message made of raw bytes, and largest frame made of a line, 1 KiB to 64 KiB. Default: null, 16 KiB.
    /// </summary>
    public int? ChunkBytes { get; init; }

    /// <summary>
    /// Whether to send large frames between two WebSockets in several, so that a death within one can be told.
    /// Default: false.
    /// </summary>
    public bool SplitsLargeFrames { get; init; }

    /// <summary>
    /// Whether a client of a listening WebSocket that is lost without a Close resets the bytes at the other end.
    /// Default: false.
    /// </summary>
    public bool AbortsOnClientLoss { get; init; }

    /// <summary>
    /// Whether the end of the bytes of a caller closes the WebSocket at once, without time for an answer. Default:
    /// false.
    /// </summary>
    public bool ClosesOnEof { get; init; }

    /// <summary>How many redirects of a WebSocket server are followed, 0 to 10. Default: 0.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>Whether to end after the first connection of a listening end. Default: false.</summary>
    public bool Once { get; init; }

    /// <summary>
    /// Subprotocols to offer or to accept, by preference. Default: none, so what a client offers is offered further.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Headers of outgoing handshakes, as <c>Name: value</c>. Default: none.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The Origin of outgoing handshakes. Default: null, none.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// Origins whose pages may connect to a listening WebSocket; <c>*</c> is any. Default: none but its own address.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The HTTP proxy; <c>none</c> for no proxy at all. Default: null, what the variables say.</summary>
    public string? Proxy { get; init; }

    /// <summary>A PEM file of authorities to trust in place of the system's. Default: null.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Accepts any certificate: whoever sits on the way reads and changes all. Default: false.</summary>
    public bool DangerousAcceptAnyCertificate { get; init; }

    /// <summary>
    /// How long one direction may go on without anything coming after the other has ended, 1 s to 1 h. Default: null,
    /// which is 2 s after standard input ended toward a WebSocket, and 30 s otherwise.
    /// </summary>
    public TimeSpan? Linger { get; init; }

    /// <summary>
    /// Whether the WebSockets take a Close 1000 for the end of one direction alone. Pages are not let in then: browsers
    /// cannot. Default: false.
    /// </summary>
    public bool HalfClose { get; init; }

    /// <summary>Whether to describe what goes by. Default: false.</summary>
    public bool ShowsFrames { get; init; }

    /// <summary>Reads an environment variable; null for one that is not set.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;
}
