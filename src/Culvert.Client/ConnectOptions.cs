using System.Security.Cryptography.X509Certificates;

namespace Culvert.Client;

/// <summary>How a WebSocket is opened. Immutable, so it may be shared; every default is safe.</summary>
public record ConnectOptions
{
    /// <summary>Bearer token, sent as <c>Authorization</c>; null, the default, for none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Headers of the request besides those of the handshake, which may not be among them. Default: none.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Subprotocols to offer, the best first; distinct tokens (RFC 6455 §4.1). Default: none.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// Whether a server that selects none of <see cref="Subprotocols"/> fails the attempt. Default: false, as the RFC
    /// allows; a selection that was not offered always fails it.
    /// </summary>
    public bool RequireSubprotocol { get; init; }

    /// <summary>
    /// The HTTP proxy to go through, such as <c>http://user:password@proxy:3128</c>. Null, the default, asks the
    /// environment as curl does: <c>HTTPS_PROXY</c> for wss, <c>HTTP_PROXY</c> for ws, <c>ALL_PROXY</c> for both, less
    /// what <c>NO_PROXY</c> excepts, and never for this machine itself.
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether a proxy may be used at all. Default: true; false connects straight.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>
    /// The authorities to trust in place of the system's, for servers with a certificate of one's own. Null, the
    /// default, trusts the system's.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>
    /// Accepts any certificate: whoever sits on the way can then read and change everything. Default: false.
    /// </summary>
    public bool DangerousAcceptAnyCertificate { get; init; }

    /// <summary>
    /// How long opening may take from the look-up of the name to the server's answer. Default 10 s: longer than some
    /// lost packets take, and short enough that a person still waits.
    /// </summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of every time-out and delay. Default the system's; for tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
