using Culvert.Server.Rooms;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Uploads;

/// <summary>Takes files off the disk that no message has: erased ones at once, never sent ones after a day.</summary>
internal sealed partial class FileSweeper(
    IFileStore store, FileShelf shelf, UploadQuota quota, TimeProvider time, ILogger<FileSweeper> logger)
    : BackgroundService
{
    private const int BatchFiles = 100;

    private static readonly TimeSpan UnsentLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // What a crash left over can wait until the start is over; what is erased from now on does not.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _sweeping = new(1);
    private readonly PeriodicTimer _timer = new(FirstAfter, time);

    /// <summary>Deletes what waits to leave the disk. Does not throw for what the disk or the store does.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await _sweeping.WaitAsync(cancellationToken);
        try
        {
            while (await SweepBatchAsync(cancellationToken))
            {
                // Until nothing is left.
            }
        }
        catch (Exception exception)
            when (exception is StoreException or IOException or UnauthorizedAccessException)
        {
            Log.SweepFailed(logger, exception.Message);
        }
        finally
        {
            _sweeping.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _timer.Dispose();
        _sweeping.Dispose();
    }

    /// <summary>Before the port opens: what is arriving then would look like what was left.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            shelf.Clean();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.SweepFailed(logger, exception.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    /// <summary>Ends when the server stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await SweepOnAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The end: by the token, or by the store, which is closed at once when a start fails.
        }
    }

    private async Task SweepOnAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            _timer.Period = Interval;
            await DropUnsentAsync(stoppingToken);
            await SweepAsync(stoppingToken);
        }
    }

    private async Task DropUnsentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var before = time.GetUtcNow() - UnsentLifetime;
            await store.DropUnsentAsync(before.ToUnixTimeMilliseconds(), cancellationToken);
        }
        catch (StoreException exception)
        {
            Log.SweepFailed(logger, exception.Message);
        }
    }

    private async Task<bool> SweepBatchAsync(CancellationToken cancellationToken)
    {
        var dropped = await store.ListDroppedAsync(BatchFiles, cancellationToken);
        foreach (var (id, _) in dropped)
        {
            shelf.Delete(id);
        }

        if (dropped.Count > 0)
        {
            await store.ForgetAsync([.. dropped.Select(static file => file.Id)], cancellationToken);
            quota.Free(dropped.Sum(static file => file.Size));
        }

        return dropped.Count == BatchFiles;
    }
}
