using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>Stops the server in order and in time. Used once.</summary>
internal sealed partial class Shutdown
{
    // Parts of the whole time at which a stage has to be over. What finishes early leaves its time to the next.
    private static readonly (DrainStage Stage, double Until)[] Stages =
    [
        (DrainStage.TellPeers, 0.4), (DrainStage.FinishWork, 0.9), (DrainStage.CloseStores, 1.0),
    ];

    private const double RequestsUntil = 0.6;

    private readonly IDrainStep[] _steps;
    private readonly Draining _draining;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Shutdown> _logger;

    public Shutdown(
        IEnumerable<IDrainStep> steps,
        Draining draining,
        ServerOptions options,
        TimeProvider time,
        ILogger<Shutdown> logger)
    {
        _steps = [.. steps];
        _draining = draining;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <param name="stopRequests">Closes the listeners and waits for requests until its token fires.</param>
    /// <param name="closeStores">Closes what everything else writes to.</param>
    public async Task RunAsync(Func<CancellationToken, Task> stopRequests, Func<Task> closeStores)
    {
        var startedAt = _time.GetTimestamp();
        Log.Draining(_logger);
        _draining.Begin();
        foreach (var (stage, until) in Stages)
        {
            var steps = _steps.Where(step => step.Stage == stage).ToArray();
            await Task.WhenAll(steps.Select(step => RunAsync(step.Name, step.DrainAsync, startedAt, until)));
            if (stage == DrainStage.TellPeers)
            {
                await RunAsync("requests", stopRequests, startedAt, RequestsUntil);
            }
        }

        await RunAsync("stores", _ => closeStores(), startedAt, 1.0);
        Log.Stopped(_logger, (long)_time.GetElapsedTime(startedAt).TotalMilliseconds);
    }

    private async Task RunAsync(string name, Func<CancellationToken, Task> step, long startedAt, double until)
    {
        var left = (_options.StopTimeout * until) - _time.GetElapsedTime(startedAt);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        try
        {
            // A step that does not listen to its token is left behind: the process ends in time all the same.
            var running = step(limit.Token);
            await running.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Log.StepTookTooLong(_logger, name);
        }
        catch (Exception exception)
        {
            // The boundary of the step: the others still have to have their turn.
            Log.StepFailed(_logger, name, exception);
        }
    }
}
