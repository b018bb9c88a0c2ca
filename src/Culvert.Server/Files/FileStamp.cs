namespace Culvert.Server.Files;

/// <summary>What tells one state of a file from another. Times in nanoseconds since 1970.</summary>
internal readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// Seconds since 1970, rounded down: HTTP has no smaller unit, and rounding up would be the future.
    /// </summary>
    public long ModifiedSeconds =>
        (Modified < 0 ? Modified - (NanosecondsPerSecond - 1) : Modified) / NanosecondsPerSecond;

    /// <summary>
    /// Whether the file last changed so long before that another change would show in the times. The clock of a file
    /// system ticks in steps of up to 10 ms, and two changes within one step look like one.
    /// </summary>
    public bool IsSettled(DateTimeOffset now) =>
        now.ToUnixTimeMilliseconds() - (Math.Max(Modified, Changed) / 1_000_000) > 50;
}
