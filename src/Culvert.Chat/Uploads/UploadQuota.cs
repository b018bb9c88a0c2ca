using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Uploads;

/// <summary>
/// Counts the bytes of files as they arrive, so that uploads side by side cannot exceed a limit together. Thread-safe.
/// </summary>
internal sealed class UploadQuota(IFileStore store, ChatOptions options, TimeProvider time) : IDisposable
{
    private const long DayMilliseconds = 24 * 60 * 60 * 1000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly Dictionary<long, Day> _users = [];
    private long _total;
    private int _uploads;
    private bool _isLoaded;

    /// <summary>Begins an upload, which <see cref="End"/> ends; or says why not.</summary>
    public async ValueTask<Refusal?> BeginAsync(Caller caller, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        lock (_lock)
        {
            var day = DayOf(caller.UserId);
            if (_uploads >= options.MaxUploads || day.Uploads >= Math.Max(1, options.MaxUploads / 4))
            {
                return new Refusal(ErrorCode.Overloaded, Reason.UploadsBusy.With(), 2000);
            }

            _uploads++;
            day.Uploads++;
            return null;
        }
    }

    /// <summary>Counts bytes that have come, or says which limit is in the way.</summary>
    public Refusal? Take(Caller caller, long bytes)
    {
        lock (_lock)
        {
            var day = DayOf(caller.UserId);
            if (!caller.IsUnlimited && day.Bytes + bytes > options.MaxFileBytesPerDay)
            {
                var after = day.Since + DayMilliseconds - Now;
                return new Refusal(
                    ErrorCode.RateLimited,
                    Reason.FilesOfDay.With("bytes", $"{options.MaxFileBytesPerDay}"),
                    (int)Math.Clamp(after, 1000, int.MaxValue));
            }

            if (_total + bytes > options.MaxFileBytesInAll)
            {
                return new Refusal(ErrorCode.StorageFull, Reason.FilesFull.With(), 60_000);
            }

            day.Bytes += bytes;
            _total += bytes;
            return null;
        }
    }

    /// <summary>Ends an upload; <paramref name="wasted"/> are the bytes of one that failed.</summary>
    public void End(Caller caller, long wasted)
    {
        lock (_lock)
        {
            _uploads--;
            var day = DayOf(caller.UserId);
            day.Uploads--;

            // What was sent counts for the day all the same: the network and the disk had the work.
            _total -= wasted;
        }
    }

    /// <summary>Bytes that have left the disk.</summary>
    public void Free(long bytes)
    {
        lock (_lock)
        {
            _total -= _isLoaded ? bytes : 0;
        }
    }

    public void Dispose() => _loading.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isLoaded))
        {
            return;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_isLoaded)
            {
                return;
            }

            var now = Now;
            var usage = await store.ReadUsageAsync(now - DayMilliseconds, cancellationToken);
            lock (_lock)
            {
                _total = usage.Total;
                foreach (var (user, bytes) in usage.ByUser)
                {
                    _users[user] = new Day { Since = now, Bytes = bytes };
                }

                _isLoaded = true;
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The user's present day. Days that are over carry no information and are forgotten.</summary>
    private Day DayOf(long userId)
    {
        var now = Now;
        if (_users.TryGetValue(userId, out var day))
        {
            if (now - day.Since >= DayMilliseconds)
            {
                (day.Since, day.Bytes) = (now, 0);
            }

            return day;
        }

        if (_users.Count >= 1000)
        {
            foreach (var (user, old) in _users)
            {
                if (old.Uploads == 0 && now - old.Since >= DayMilliseconds)
                {
                    _users.Remove(user);
                }
            }
        }

        return _users[userId] = new Day { Since = now };
    }

    private sealed class Day
    {
        public long Since { get; set; }

        public long Bytes { get; set; }

        public int Uploads { get; set; }
    }
}
