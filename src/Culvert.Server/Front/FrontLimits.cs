using Culvert.Protocol.Http;

namespace Culvert.Server.Front;

/// <summary>What the front takes from a connection before it knows anything about it.</summary>
internal sealed record FrontLimits
{
    /// <summary>Bounds of a request's head.</summary>
    public HttpLimits Head { get; init; } = HttpLimits.Default;

    /// <summary>Connections at once. One more is told 503 and closed.</summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>
    /// Connections at once from one address, 0 for no limit. Loopback does not count: proxies on this machine come
    /// from there.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>The time for a whole head, from its first byte, and for that first byte.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may wait between requests.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a peer may take nothing of an answer.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
