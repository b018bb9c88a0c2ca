namespace Culvert.Server.Files;

/// <summary>
/// Whether what the cache holds is still true: it was checked within the last second, and nothing has been heard since.
/// The watcher makes changes show at once; the second holds even where the system tells no changes. Thread-safe.
/// </summary>
internal sealed class Belief
{
    private readonly TimeProvider _time;
    private readonly long _limit;
    private long _doubtedAt = long.MinValue;

    public Belief(TimeProvider time)
    {
        _time = time;
        _limit = time.TimestampFrequency;
    }

    public long Now => _time.GetTimestamp();

    public bool Holds(SiteFile file)
    {
        var checkedAt = file.CheckedAt;
        return Now - checkedAt <= _limit && checkedAt > file.DoubtedAt && checkedAt > Volatile.Read(ref _doubtedAt);
    }

    /// <summary>Anything may have changed. Each file is looked at once before it is believed again.</summary>
    public void DoubtAll() => Volatile.Write(ref _doubtedAt, Now);
}
