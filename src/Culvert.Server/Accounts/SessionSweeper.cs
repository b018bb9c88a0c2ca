using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Deletes expired sessions once an hour. They are refused anyway; this keeps the table small.</summary>
internal sealed partial class SessionSweeper : IDrainStep, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly SessionService _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger<SessionSweeper> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public SessionSweeper(SessionService sessions, TimeProvider time, ILogger<SessionSweeper> logger)
    {
        _sessions = sessions;
        _time = time;
        _logger = logger;
    }

    public DrainStage Stage => DrainStage.FinishWork;

    public string Name => "sessions";

    /// <summary>Called once, when the server has started: a start that fails has nothing of it to stop.</summary>
    public void Start() => _running = RunAsync(_stopping.Token);

    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Ends when the server drains.</summary>
    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Draining: what is left to delete is still there at the next start.
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
