namespace Culvert.Server.Files;

/// <summary>What is served from a directory, and how.</summary>
public sealed record SiteOptions
{
    /// <summary>The directory whose files are served. Default: none, so that every path is answered with 404.</summary>
    public string? Root { get; init; }

    /// <summary>Whether a directory without an index page is listed. Default false: names may be private.</summary>
    public bool Listing { get; init; }

    /// <summary>
    /// The file that answers, with 200, for pages that only the application in the browser knows: requests that accept
    /// <c>text/html</c>, for a path that no file has and whose last segment has no dot. Relative to the root, such as
    /// <c>index.html</c>. Default: none.
    /// </summary>
    public string? Fallback { get; init; }

    /// <summary>
    /// Whether HTML pages load a small script that reloads them when a file changes. For development; default false.
    /// </summary>
    public bool LiveReload { get; init; }

    /// <summary>Whether each answer is logged in one line. Default true.</summary>
    public bool AccessLog { get; init; } = true;

    /// <summary>
    /// Bytes of memory for cached answers, their heads and their compressed variants included. 0 to 17,179,869,184;
    /// 0 keeps nothing. Default 64 MiB, a large site's pages, scripts and styles.
    /// </summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Largest file that is kept in memory, bytes; larger ones are sent from the disk. 0 to 16,777,216. Default 1 MiB,
    /// from where on one request costs far more than opening the file.
    /// </summary>
    public int MaxCachedFileBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Whether compressed variants are sent: those that lie beside a file as <c>.br</c>, <c>.gz</c> or <c>.zst</c> and
    /// are not older, and others made in the background. Default true.
    /// </summary>
    public bool Compress { get; init; } = true;

    /// <summary>
    /// How long a browser may use a file without asking again. Zero to 366 days. Default: none, so that it asks each
    /// time, which costs an answer of a few bytes and never shows an old page.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Whether a file that carries a hash in its name, such as <c>app.3f9a2c1b.js</c>, may be kept for ever by
    /// browsers. Default true.
    /// </summary>
    public bool Immutable { get; init; } = true;

    /// <summary>
    /// Whether files whose name or directory begins with a dot are served. <c>.well-known</c> always is. Default false:
    /// such names hold settings, histories and keys.
    /// </summary>
    public bool DangerousServeHidden { get; init; }
}
