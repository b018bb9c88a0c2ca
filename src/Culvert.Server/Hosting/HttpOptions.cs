namespace Culvert.Server.Hosting;

/// <summary>What the HTTP server takes from anybody, before it knows who it is.</summary>
public sealed record HttpOptions
{
    /// <summary>
    /// Connections at once, 1 to 1,000,000. Default 100,000; the operating system's limit of open files is lower on
    /// most machines and then counts.
    /// </summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>
    /// Connections at once from one address, 0 (no limit) to 1,000,000. Loopback does not count, since proxies on this
    /// machine come from there. Default 0: behind a proxy elsewhere all come from one.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>Bytes of all headers of a request, 1 KiB to 1 MiB. Default 32 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>Headers of a request, 10 to 1,000. Default 100.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes of a request's first line, 256 B to 64 KiB. Default 8 KiB.</summary>
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>
    /// Bytes of a request's body where an endpoint does not say otherwise, 1 KiB to 1 GiB. Default 64 KiB.
    /// </summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>The time for all headers to arrive, 1 s to 10 minutes. Default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection without a request stays open, 1 s to 1 hour. Default 130 s: longer than the minute that
    /// proxies keep theirs, so that they and not this side close first.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// How long a reader of a file may take nothing of it, 1 s to 1 hour. It has to take 64 KiB in that time. Default
    /// 30 s.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes per second a request's body has to arrive with after 5 s, 0 (no limit) to 1 GiB. Default 240.
    /// </summary>
    public long MinBodyRate { get; init; } = 240;

    /// <summary>
    /// Addresses or networks, such as <c>10.0.0.0/8</c>, of proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c> and
    /// <c>-Host</c> are believed. Default none: anybody could send them.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];
}
