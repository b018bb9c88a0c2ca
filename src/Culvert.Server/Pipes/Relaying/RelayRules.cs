using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>How long a relay waits for what, and what it lets through.</summary>
internal sealed record RelayRules
{
    /// <summary>Silence of a WebSocket after which it gets a ping, 1 s to 1 h; 0 for none. Default 20 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a WebSocket may be silent after a ping, 1 s to 1 h. Default 20 s.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Silence of both ends, answers to pings counted as speech, that ends a session; 1 s to 30 d, 0 for none. Default
    /// 2 min: with pings only what they do not reach gets that old.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a peer may take nothing of what waits for it, 1 s to 1 h. Default 30 s.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the other end is told then. Default 1013.</summary>
    public int StallCode { get; init; } = CloseCode.TryAgainLater;

    /// <summary>
    /// How long the answer to a Close, or the end of TCP after it, may take; 1 s to 1 min. Default 5 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long, without anything coming, one direction may go on after the other has ended; 1 s to 1 h. Default 30 s.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Age at which a session ends, 1 s to 30 d; 0 for none. Default none.</summary>
    public TimeSpan MaxLifetime { get; init; }

    /// <summary>Most payload of a WebSocket frame, 1 B to 1 EiB. Default 1 GiB; it is never held whole.</summary>
    public long MaxFrameBytes { get; init; } = 1 << 30;

    /// <summary>
    /// Most payload of a WebSocket message as it travels, 1 B to 1 EiB. Default 1 GiB; it is not held whole unless it
    /// has to be turned into something else.
    /// </summary>
    public long MaxMessageBytes { get; init; } = 1 << 30;

    /// <summary>Messages a second that the first leg may send, over a few seconds; 0 for any. Default 0.</summary>
    public int MessagesPerSecond { get; init; }

    /// <summary>
    /// True to end the session when the first leg, being bytes, has come to its end, instead of letting the other go
    /// on. Default false.
    /// </summary>
    public bool FirstClosesOnEof { get; init; }

    /// <summary>
    /// As <see cref="FirstClosesOnEof"/>, of the second leg. Default true: a target that was dialled.
    /// </summary>
    public bool SecondClosesOnEof { get; init; } = true;

    /// <summary>
    /// True to reset bytes when the first leg, being a WebSocket, ends without a Close, instead of ending them. Default
    /// false.
    /// </summary>
    public bool FirstAbortsOnLoss { get; init; }

    /// <summary>As <see cref="FirstAbortsOnLoss"/>, of the second leg.</summary>
    public bool SecondAbortsOnLoss { get; init; }

    /// <summary>
    /// True when both ends take a Close 1000 for the end of its direction alone, whose answer is the end of the other
    /// one: then <see cref="Linger"/> holds in place of <see cref="CloseTimeout"/>, and the end of bytes is such a
    /// Close. Browsers cannot: they drop what comes after their own. Default false: a Close ends both.
    /// </summary>
    public bool HalfClose { get; init; }

    /// <summary>What the log calls the first leg. Default client.</summary>
    public string FirstName { get; init; } = "client";

    /// <summary>What the log calls the second leg. Default backend.</summary>
    public string SecondName { get; init; } = "backend";

    /// <summary>What a message is on a leg of bytes. Default raw.</summary>
    public Framing Framing { get; init; }

    /// <summary>
    /// True to make texts out of bytes, which then have to be UTF-8; lines always are texts, but for those of base64.
    /// Default false.
    /// </summary>
    public bool Text { get; init; }

    /// <summary>
    /// Largest message made of raw bytes, largest frame made of a line or of a part of a message with a length, 1 KiB
    /// to 64 KiB. Default 16 KiB.
    /// </summary>
    public int ChunkBytes { get; init; } = 16 * 1024;

    /// <summary>
    /// True to send a frame that is not there as a whole in several between two WebSockets, so that its death can be
    /// told with a Close; only where no extension was agreed on. Default false: frames stay as they are.
    /// </summary>
    public bool SplitsLargeFrames { get; init; }

    /// <summary>
    /// True to open messages between two WebSockets, which then need not agree on compression, instead of passing
    /// frames on. Default false.
    /// </summary>
    public bool OpensMessages { get; init; }

    /// <summary>
    /// What messages are let through where <see cref="OpensMessages"/> is set. Default any.
    /// </summary>
    public MessageTypes Types { get; init; }

    /// <summary>
    /// Where <see cref="OpensMessages"/> is set: true when the first leg agreed on permessage-deflate, without context
    /// takeover either way. Default false.
    /// </summary>
    public bool FirstDeflates { get; init; }

    /// <summary>As <see cref="FirstDeflates"/>, of the second leg.</summary>
    public bool SecondDeflates { get; init; }

    /// <summary>The extensions that both WebSockets agreed on, as in the header; null for none.</summary>
    public string? Extensions { get; init; }
}
