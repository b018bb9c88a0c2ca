using Culvert.Protocol.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

/// <summary>
/// Answers requests for the files of one directory. It decides what is answered, to the byte; how that gets on the wire
/// is the caller's. Safe for concurrent use.
/// </summary>
internal sealed partial class Site : IAsyncDisposable
{
    private const int OpenAttempts = 3;

    // Half of what belief lasts, so that a hot file never loses it.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly SiteOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AnswerCache _cache;
    private readonly Belief _belief;
    private readonly Pages _pages;
    private readonly IFileOpener? _opener;
    private readonly FileLoader? _loader;
    private readonly FileFinder? _finder;
    private readonly Compressor? _compressor;
    private readonly SiteWatcher? _watcher;
    private readonly ITimer? _timer;
    private int _isSweeping;
    private int _isDisposed;

    /// <param name="options">What is served; see <see cref="SiteOptions"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults go.</param>
    /// <param name="opener">Finds the files; by default in the root of the options.</param>
    /// <param name="isWatched">Whether to hear of changes at once; without, they show within a second.</param>
    /// <exception cref="ArgumentException">The root is no directory, or an option is out of range.</exception>
    public Site(
        SiteOptions options,
        TimeProvider time,
        ILogger<Site> logger,
        IFileOpener? opener = null,
        bool isWatched = true)
    {
        SiteOptionsCheck.Check(options);
        _options = options;
        _time = time;
        _logger = logger;
        _cache = new AnswerCache(options.CacheBytes);
        _belief = new Belief(time);
        _opener = opener ?? OpenerOf(options.Root);
        _pages = new Pages(_opener);
        if (_opener is null || options.Root is null)
        {
            return;
        }

        _compressor = new Compressor(_cache, logger);
        _loader = new FileLoader(options, _opener, time);
        _finder = new FileFinder(options, _opener, _loader, _cache, _belief, _compressor);
        _watcher = isWatched ? new SiteWatcher(options.Root, logger, OnChanged, OnLost) : null;
        _timer = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public SiteOptions Options => _options;

    public AnswerCache Cache => _cache;

    public Compressor? Compressor => _compressor;

    public SiteWatcher? Watcher => _watcher;

    /// <summary>Where browsers hear of changes when live reload is on.</summary>
    public Reloads Reloads { get; } = new();

    /// <summary>
    /// Answers from memory: no I/O, no lock, no allocation, so it may be called on a thread that does the I/O of
    /// others.
    /// </summary>
    /// <returns>False when only <see cref="Answer"/> can tell.</returns>
    public bool TryAnswer(in FileRequest request, out FileAnswer answer)
    {
        answer = default;
        var target = request.Target;
        var queryIndex = RequestPath.QueryIndex(target);
        if (_cache.Find(target[..queryIndex]) is not { } file || !_belief.Holds(file)
            || !request.Range.IsEmpty || !request.IfMatch.IsEmpty || !request.IfUnmodifiedSince.IsEmpty
            || !RequestPath.IsVisible(target[queryIndex..]))
        {
            return false;
        }

        file.Touch();
        if (file.IsMissing)
        {
            // The fallback depends on more than the path.
            answer = _options.Fallback is null ? _pages.Of(404, request.IsHead) : default;
            return _options.Fallback is null;
        }

        var variant = file.Select(request.AcceptEncoding);
        var verdict = Conditions.Evaluate(request, variant.Tag, file.LastModified);
        if (verdict == Verdict.NotModified)
        {
            answer = new FileAnswer(variant.NotModified, default);
            return true;
        }

        if (variant.File is not null && !request.IsHead)
        {
            return false;
        }

        answer = new FileAnswer(variant.Ok, request.IsHead ? default : variant.Body);
        return true;
    }

    /// <summary>
    /// Answers a GET or HEAD request. Blocks on the disk. Never throws for what a peer or the disk does.
    /// </summary>
    public FileAnswer Answer(in FileRequest request)
    {
        try
        {
            return Decide(request);
        }
        catch (Exception e)
        {
            Log.AnswerFailed(_logger, e);
            return _pages.Of(500, request.IsHead);
        }
    }

    /// <summary>A page for an error that the caller found. No I/O.</summary>
    /// <param name="status">A status that has a page; any other gets that of its class.</param>
    /// <param name="isHead">Whether to leave out the body.</param>
    public FileAnswer Page(int status, bool isHead = false) => _pages.Of(status, isHead);

    /// <summary>The answer to a method that reads no file: 204, 405 or 501. No I/O.</summary>
    public FileAnswer AnswerMethod(ReadOnlySpan<byte> method) => MethodAnswer.Of(method, _pages);

    /// <summary>
    /// Checks what has been used since the last time, so that using it again costs no look at the disk.
    /// </summary>
    public void Sweep()
    {
        if (_loader is null || Interlocked.Exchange(ref _isSweeping, 1) == 1)
        {
            return;
        }

        try
        {
            _pages.Reload();
            foreach (var file in _cache.All())
            {
                Check(_loader, file);
            }
        }
        catch (Exception e)
        {
            Log.SweepFailed(_logger, e);
        }
        finally
        {
            Volatile.Write(ref _isSweeping, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        if (_watcher is not null)
        {
            await _watcher.DisposeAsync();
        }

        if (_compressor is not null)
        {
            await _compressor.DisposeAsync();
        }

        Reloads.Dispose();
        _cache.Clear();
    }

    private static IFileOpener? OpenerOf(string? root) =>
        root is null ? null : LinuxOpener.IsSupported ? new LinuxOpener(root) : new ManagedOpener(root);

    private void Check(FileLoader loader, SiteFile file)
    {
        if (!file.IsInUse)
        {
            // An unused open file would keep the space of a deleted one; an unused miss is worth nothing.
            if (file.IsMissing || file.HasOpenFile)
            {
                _cache.Remove(file);
            }

            return;
        }

        file.IsInUse = false;
        var now = _belief.Now;
        if (loader.IsStill(file))
        {
            file.Confirm(now);
            _compressor?.Offer(file);
        }
        else
        {
            file.Doubt(now);
            if (file.Stamp != default)
            {
                // Otherwise it is only read again because it was so fresh.
                Reloads.Publish();
            }
        }
    }

    /// <summary>
    /// Doubts what a changed file takes part in: itself, the index of its directory, what it compresses.
    /// </summary>
    private void OnChanged(string? path)
    {
        if (path is null)
        {
            _belief.DoubtAll();
        }
        else
        {
            foreach (var key in ChangedKeys.Of(path))
            {
                _cache.Find(key)?.Doubt(_belief.Now);
            }
        }

        Reloads.Publish();
    }

    private void OnLost()
    {
        _cache.Clear();
        _belief.DoubtAll();
        Reloads.Publish();
    }

    private FileAnswer Decide(in FileRequest request)
    {
        var verdict = RequestPath.Parse(request.Target, out var path);
        if (verdict != RequestPathVerdict.Ok)
        {
            return _pages.Of(
                verdict switch
                {
                    RequestPathVerdict.BadRequest => 400,
                    RequestPathVerdict.OutsideRoot => 403,
                    _ => 404,
                },
                request.IsHead);
        }

        if (_options.LiveReload && path.Path == ReloadScript.ScriptPath[1..])
        {
            return ReloadScript.Answer(request.IsHead);
        }

        if (_finder is null || IsHidden(path.Path))
        {
            return _pages.Of(404, request.IsHead);
        }

        var found = _finder.Find(path.Path, path.HasTrailingSlash);
        for (var attempt = 0; attempt < OpenAttempts; attempt++)
        {
            if (found.Status == 404 && _options.Fallback is { } fallback && WantsFallback(request, path))
            {
                found = _finder.Find(fallback, isDirectory: false);
            }

            if (found.File is null)
            {
                return AnswerOther(request, path, found.Status);
            }

            var isAnswered = Representation.TryAnswer(request, found.File, _pages, _time, out var answer);
            if (!found.IsKept)
            {
                found.File.Release();
            }

            if (isAnswered)
            {
                return answer;
            }

            // Thrown out of the cache, and closed, between finding and using.
            found = _finder.Find(path.Path, path.HasTrailingSlash);
        }

        return _pages.Of(503, request.IsHead);
    }

    private FileAnswer AnswerOther(in FileRequest request, RequestPath path, int status)
    {
        if (status == 301)
        {
            var query = request.Target[RequestPath.QueryIndex(request.Target)..];
            return Redirect.To(RequestPath.Encode(path.Path, trailingSlash: true), query);
        }

        if (status == 200 && _opener is not null)
        {
            return Listing.TryAnswer(request, _opener, path.Path, _options) ?? _pages.Of(404, request.IsHead);
        }

        if (status == 500)
        {
            Log.OpenFailed(_logger, RequestPath.Encode(path.Path, path.HasTrailingSlash));
        }

        return _pages.Of(status, request.IsHead);
    }

    private bool IsHidden(string path)
    {
        if (_options.DangerousServeHidden)
        {
            return false;
        }

        foreach (var segment in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan(segment);
            // RFC 8615 puts this one there for everybody to read.
            if (name is ['.', ..] && !(name is ".well-known" && segment.Start.Value == 0))
            {
                return true;
            }
        }

        return false;
    }

    private static bool WantsFallback(in FileRequest request, RequestPath path) =>
        !path.Path.AsSpan(path.Path.LastIndexOf('/') + 1).Contains('.')
        && request.Accept.IndexOf("text/html"u8) >= 0;
}
