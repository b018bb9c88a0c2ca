using System.Security.Cryptography.X509Certificates;

namespace Culvert.Client.Messages;

/// <summary>Whom a <see cref="MessageListener"/> lets in, and its bounds. Immutable, so it may be shared.</summary>
public sealed record MessageListenerOptions
{
    /// <summary>The bounds of each connection in memory and in time.</summary>
    public MessageLimits Limits { get; init; } = MessageLimits.Default;

    /// <summary>
    /// How many connections there may be, those that are still shaking hands included; a further one gets 503.
    /// At least 1. Default: 1,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxConnections
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;

    /// <summary>
    /// How many connections wait on each route until they are accepted; a further one gets 503. At least 1.
    /// Default: 128.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Backlog
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 128;

    /// <summary>
    /// How long a client may take from connecting to the end of its request, TLS included. Default: 10 s.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The subprotocols spoken here; the first that the client offers is taken. Default: none.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether to agree on permessage-deflate (RFC 7692) with clients that offer it. Default: false.</summary>
    public bool Deflate { get; init; }

    /// <summary>
    /// The bearer token that each request must carry; another one, or none, gets 401. Default: null, none is asked for.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// Origins whose pages may connect beside those of the listener's own host, such as <c>https://example.org</c>;
    /// <c>*</c> is any. Default: none. Programs other than browsers send no origin, and are not asked for one.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Awaited for each request that is good so far; false refuses it with 403, and an exception with 500. It is part
    /// of the handshake and shares its limit. Default: null, all are let in.
    /// </summary>
    public Func<AcceptedRequest, CancellationToken, ValueTask<bool>>? Authorize { get; init; }

    /// <summary>The certificate of a <c>wss</c> listener, with its key; the caller keeps it. Default: null.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The clock of every time-out. Default the system's; for tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
