using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>How connections are opened. Immutable; one serves any number of connections.</summary>
internal sealed record DialRules
{
    /// <summary>Offered to a WebSocket server, in this order. Default: none.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Sent with a WebSocket handshake besides its own. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The header Origin of a WebSocket handshake. Default: null, none is sent.</summary>
    public string? Origin { get; init; }

    /// <summary>Which connections go through an HTTP proxy. Default: none.</summary>
    public ProxyRules Proxies { get; init; } = new();

    /// <summary>The authorities to trust in place of the system's. Default: null, the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>
    /// Accepts any certificate: whoever sits on the way can then read and change everything. Default: false.
    /// </summary>
    public bool DangerousAcceptAnyCertificate { get; init; }

    /// <summary>
    /// Asked for each address after the name was resolved, so that a name cannot lead to where nobody may go. Default:
    /// null, all may be connected to. A proxy resolves by itself, and only its own address is asked about.
    /// </summary>
    public Func<IPAddress, bool>? MayConnect { get; init; }

    /// <summary>
    /// How many redirects of a WebSocket server are followed, one after the other, 0 to 10; each has the time of a
    /// connection anew, and the same checks. Default: 0.
    /// </summary>
    public int MaxRedirects { get; init; }

    /// <summary>From the resolution of the name to the connection, proxy included. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For TLS and the WebSocket handshake, each. Default: 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
