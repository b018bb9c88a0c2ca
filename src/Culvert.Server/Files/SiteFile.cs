namespace Culvert.Server.Files;

/// <summary>
/// What answers one target: a file with its variants, or nothing at all. Immutable but for what the cache notes about
/// use and belief.
/// </summary>
internal sealed class SiteFile
{
    private const int FixedWeight = 512;

    private readonly Variant?[] _variants;
    private readonly bool _hasCodings;

    // Timestamps of the site's clock.
    private long _checkedAt;
    private long _doubtedAt = long.MinValue;

    public SiteFile(byte[] key, string path, FileStamp stamp, long checkedAt, long lastModified, Variant?[] variants)
    {
        Key = key;
        Path = path;
        Stamp = stamp;
        LastModified = lastModified;
        _checkedAt = checkedAt;
        _variants = variants;
        _hasCodings = variants.Count(v => v is not null) > 1;
        Weight = FixedWeight + key.Length + (path.Length * sizeof(char)) + variants.Sum(v => v?.Weight ?? 0);
    }

    /// <summary>The one spelling of the target without its query.</summary>
    public byte[] Key { get; }

    /// <summary>The file, as the opener takes it.</summary>
    public string Path { get; }

    /// <summary>
    /// The state that was read. Default when it may have changed while it was, and must be read again.
    /// </summary>
    public FileStamp Stamp { get; }

    /// <summary>Seconds since 1970.</summary>
    public long LastModified { get; }

    /// <summary>Bytes of memory.</summary>
    public long Weight { get; }

    /// <summary>Whether nothing is there, which is also worth knowing.</summary>
    public bool IsMissing => _variants.Length == 0;

    public Variant Identity => _variants[(int)Coding.Identity]
        ?? throw new InvalidOperationException("A file that is there has its own bytes.");

    public bool HasOpenFile => _variants.Any(v => v?.File is not null);

    /// <summary>When it was last known to be so.</summary>
    public long CheckedAt => Volatile.Read(ref _checkedAt);

    /// <summary>When it was last said to have changed.</summary>
    public long DoubtedAt => Volatile.Read(ref _doubtedAt);

    /// <summary>For the sweep: used since it last came by.</summary>
    public bool IsInUse { get; set; }

    /// <summary>For eviction: used since the hand last came by.</summary>
    public bool HasSecondChance { get; set; }

    /// <summary>Whether compressing was tried, with whatever result.</summary>
    public bool IsCompressed { get; set; }

    /// <summary>Its place in the ring of the cache; guarded by the cache.</summary>
    public LinkedListNode<SiteFile>? Place { get; set; }

    public Variant? this[Coding coding] => _variants[(int)coding];

    public static SiteFile Missing(byte[] key, string path, long checkedAt) =>
        new(key, path, default, checkedAt, 0, []);

    public void Confirm(long checkedAt) => Volatile.Write(ref _checkedAt, checkedAt);

    public void Doubt(long at) => Volatile.Write(ref _doubtedAt, at);

    /// <summary>Notes a use. Writes only on a change: hot entries are read by every core.</summary>
    public void Touch()
    {
        if (!IsInUse)
        {
            IsInUse = true;
        }

        if (!HasSecondChance)
        {
            HasSecondChance = true;
        }
    }

    /// <summary>The variant that the client likes best, and of equals the one that this server does.</summary>
    public Variant Select(ReadOnlySpan<byte> acceptEncoding)
    {
        var best = Identity;
        if (acceptEncoding.IsEmpty || !_hasCodings)
        {
            return best;
        }

        var accepted = AcceptEncoding.Parse(acceptEncoding);
        var bestWeight = accepted.WeightOf(Coding.Identity);
        for (var coding = Coding.Gzip; coding >= Coding.Brotli; coding--)
        {
            var weight = accepted.WeightOf(coding);
            if (weight > 0 && weight >= bestWeight && this[coding] is { } variant)
            {
                (best, bestWeight) = (variant, weight);
            }
        }

        return best;
    }

    /// <summary>The same with more variants; only for a file that is in memory.</summary>
    public SiteFile With(IEnumerable<Variant> more)
    {
        var variants = _variants.ToArray();
        foreach (var variant in more)
        {
            variants[(int)variant.Coding] ??= variant;
        }

        return new SiteFile(Key, Path, Stamp, CheckedAt, LastModified, variants) { IsCompressed = true };
    }

    /// <summary>Gives back the open files; only once, by whoever takes it out of the cache.</summary>
    public void Release()
    {
        foreach (var variant in _variants)
        {
            variant?.File?.Release();
        }
    }
}
