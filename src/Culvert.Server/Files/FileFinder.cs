using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Server.Files;

/// <summary>Finds what a path leads to: from the cache while that is believed, otherwise from the disk.</summary>
/// <remarks>Safe for concurrent use. Blocks on the disk, and on another caller that is loading the same
/// target.</remarks>
internal sealed class FileFinder
{
    private const string IndexName = "index.html";
    private const int GateCount = 64;

    private readonly SiteOptions _options;
    private readonly IFileOpener _opener;
    private readonly FileLoader _loader;
    private readonly AnswerCache _cache;
    private readonly Belief _belief;
    private readonly Compressor _compressor;

    // A crowd that wants one cold file reads it once.
    private readonly Lock[] _gates = [.. Enumerable.Range(0, GateCount).Select(_ => new Lock())];

    public FileFinder(
        SiteOptions options,
        IFileOpener opener,
        FileLoader loader,
        AnswerCache cache,
        Belief belief,
        Compressor compressor)
    {
        _options = options;
        _opener = opener;
        _loader = loader;
        _cache = cache;
        _belief = belief;
        _compressor = compressor;
    }

    public Found Find(string path, bool isDirectory)
    {
        var key = Encoding.ASCII.GetBytes(RequestPath.Encode(path, isDirectory));
        if (Kept(key) is { } kept)
        {
            return kept;
        }

        lock (_gates[(uint)string.GetHashCode(path) % GateCount])
        {
            if (Kept(key) is { } loaded)
            {
                return loaded;
            }

            var checkedAt = _belief.Now;
            var known = _cache.Find(key);
            if (known is not null && _loader.IsStill(known))
            {
                known.Confirm(checkedAt);
                return Of(known);
            }

            var found = Look(key, path, isDirectory, checkedAt);
            if (known is not null && (found.File is null || !found.IsKept))
            {
                _cache.Remove(known);
            }

            return found;
        }
    }

    private Found? Kept(byte[] key) =>
        _cache.Find(key) is { } file && _belief.Holds(file) ? Of(file) : null;

    private static Found Of(SiteFile file)
    {
        file.Touch();
        return file.IsMissing ? new Found(404) : new Found(200, file);
    }

    private Found Look(byte[] key, string path, bool isDirectory, long checkedAt)
    {
        using var opened = _opener.Open(path, toRead: !isDirectory);
        switch (opened.Kind)
        {
            case OpenedKind.File:
                return isDirectory ? new Found(404) : Load(key, path, opened, checkedAt);
            case OpenedKind.Directory:
                return LookForIndex(key, path, isDirectory, checkedAt);
            case OpenedKind.Missing:
                _cache.Put(SiteFile.Missing(key, path, checkedAt));
                return new Found(404);
            case OpenedKind.Forbidden:
                return new Found(403);
            default:
                return new Found(500);
        }
    }

    // Without the slash, the relative links of the page would lead beside the directory; hence the redirect rather than
    // the page itself. A directory that has nothing to show does not give away that it exists.
    private Found LookForIndex(byte[] key, string path, bool isDirectory, long checkedAt)
    {
        var index = path.Length == 0 ? IndexName : $"{path}/{IndexName}";
        using var opened = _opener.Open(index, toRead: isDirectory);
        return opened.Kind switch
        {
            OpenedKind.File when isDirectory => Load(key, index, opened, checkedAt),
            OpenedKind.File => new Found(301),
            OpenedKind.Forbidden => new Found(403),
            OpenedKind.Failed => new Found(500),
            _ when _options.Listing => new Found(isDirectory ? 200 : 301),
            _ => new Found(404),
        };
    }

    private Found Load(byte[] key, string path, Opened opened, long checkedAt)
    {
        var file = _loader.Load(key, path, opened, checkedAt);
        file.Touch();
        var isKept = _cache.Put(file);
        if (isKept)
        {
            _compressor.Offer(file);
        }

        return new Found(200, file, isKept);
    }
}
