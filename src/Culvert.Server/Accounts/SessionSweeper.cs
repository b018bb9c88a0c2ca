using Culvert.Server.Rooms;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Deletes expired sessions once an hour. They are refused anyway; this keeps the table small.</summary>
internal sealed partial class SessionSweeper : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly SessionService _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger<SessionSweeper> _logger;

    public SessionSweeper(SessionService sessions, TimeProvider time, ILogger<SessionSweeper> logger)
    {
        _sessions = sessions;
        _time = time;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            // Ends by the token.
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host takes it for a fault when it comes from a start that failed.
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _sessions.DeleteExpiredAsync(stoppingToken);
        }
        catch (StoreException exception)
        {
            Log.SweepFailed(_logger, exception);
        }
    }
}
