namespace Culvert.Server.Files;

/// <summary>Makes what is kept about a file, and says whether it still holds. Blocks on the disk.</summary>
internal sealed class FileLoader
{
    private const int ReadAttempts = 3;

    private static readonly (Coding Coding, string Extension)[] Sidecars =
        [(Coding.Brotli, ".br"), (Coding.Zstd, ".zst"), (Coding.Gzip, ".gz")];

    private readonly SiteOptions _options;
    private readonly IFileOpener _opener;
    private readonly TimeProvider _time;

    public FileLoader(SiteOptions options, IFileOpener opener, TimeProvider time)
    {
        _options = options;
        _opener = opener;
        _time = time;
    }

    /// <summary>Reads a file that was just opened.</summary>
    /// <param name="key">Its target.</param>
    /// <param name="path">Its path.</param>
    /// <param name="opened">The file; its handle is taken over.</param>
    /// <param name="checkedAt">A timestamp from before it was opened.</param>
    public SiteFile Load(byte[] key, string path, Opened opened, long checkedAt)
    {
        var now = _time.GetUtcNow();
        var type = MediaType.Of(path);
        var stamp = opened.Stamp;
        var lastModified = Math.Min(stamp.ModifiedSeconds, now.ToUnixTimeSeconds());
        var fields = new HeadFields
        {
            Status = 200,
            ContentType = type.Value,
            AcceptRanges = true,
            CacheControl = CachePolicy.Of(path, _options),
            LastModified = HttpDate.Format(lastModified),
            Vary = _options.Compress && type.IsCompressible,
        };
        var variants = new Variant?[(int)Coding.Identity + 1];
        var identity = Read(Coding.Identity, opened, fields, type.IsHtml && _options.LiveReload);
        variants[(int)Coding.Identity] = identity;
        var isSettled = identity.Stamp.IsSettled(now) && identity.Stamp == stamp;
        if (HasSidecars(type))
        {
            foreach (var (coding, extension) in Sidecars)
            {
                using var beside = _opener.Open(path + extension, toRead: true);
                if (IsUsable(beside, stamp))
                {
                    variants[(int)coding] = Read(coding, beside, fields, false);
                    isSettled &= beside.Stamp.IsSettled(now);
                }
            }
        }

        return new SiteFile(key, path, isSettled ? stamp : default, checkedAt, lastModified, variants)
        {
            IsCompressed = !_options.Compress || !type.IsCompressible,
        };
    }

    /// <summary>Whether reading the file again would change nothing.</summary>
    public bool IsStill(SiteFile file)
    {
        using var opened = _opener.Open(file.Path, toRead: false);
        if (file.IsMissing)
        {
            return opened.Kind == OpenedKind.Missing;
        }

        if (opened.Kind != OpenedKind.File || opened.Stamp != file.Stamp)
        {
            return false;
        }

        if (!HasSidecars(MediaType.Of(file.Path)))
        {
            return true;
        }

        foreach (var (coding, extension) in Sidecars)
        {
            using var beside = _opener.Open(file.Path + extension, toRead: false);
            if ((IsUsable(beside, file.Stamp) ? beside.Stamp : default) != (file[coding]?.Stamp ?? default))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasSidecars(MediaType type) =>
        _options.Compress && type.IsCompressible && !(type.IsHtml && _options.LiveReload);

    // An older one was made from an older file.
    private static bool IsUsable(Opened beside, FileStamp stamp) =>
        beside.Kind == OpenedKind.File && beside.Stamp.Modified >= stamp.Modified && beside.Stamp.Size > 0;

    private Variant Read(Coding coding, Opened opened, HeadFields fields, bool addsReload)
    {
        var handle = opened.Take();
        var stamp = opened.Stamp;
        for (var attempt = 0; attempt < ReadAttempts && stamp.Size <= MaxInMemory; attempt++)
        {
            if (FileReader.TryRead(_opener, handle, stamp) is { } body)
            {
                handle.Dispose();
                return Variant.InMemory(coding, addsReload ? ReloadScript.AddTo(body) : body, stamp, fields);
            }

            stamp = _opener.StampOf(handle);
        }

        // Too large, or written to all the time: sent from the disk with the length that it has now.
        return Variant.FromFile(coding, new OpenFile(handle), stamp, fields);
    }

    private long MaxInMemory => _options.CacheBytes == 0 ? -1 : _options.MaxCachedFileBytes;
}
