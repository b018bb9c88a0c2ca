using System.Threading.Channels;
using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>Does something at a steady pace, and at once when it is woken, for as long as the node lives.</summary>
internal sealed partial class Rounds : IAsyncDisposable
{
    // Less than a lease, so that a call that hangs does not cost it.
    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(3);

    private readonly string _what;
    private readonly TimeSpan _interval;
    private readonly Func<CancellationToken, Task> _round;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Outage _outage;
    private Task _running = Task.CompletedTask;

    /// <param name="what">What a round does, as the end of "could not".</param>
    /// <param name="interval">From the end of a round to the next.</param>
    /// <param name="round">One round; may throw, and is tried again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of the first failure, and of the first success after it.</param>
    public Rounds(
        string what, TimeSpan interval, Func<CancellationToken, Task> round, TimeProvider time, ILogger logger)
    {
        _what = what;
        _interval = interval;
        _round = round;
        _time = time;
        _logger = logger;
        _outage = new Outage(time);
    }

    public void Start() => _running = RunAsync(_stopping.Token);

    /// <summary>Makes the next round begin now, or after the one that runs. Safe from any thread.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    /// <summary>Ends when it is disposed of.</summary>
    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryRoundAsync(stoppingToken);
            await PauseAsync(stoppingToken);
        }
    }

    private async Task TryRoundAsync(CancellationToken stoppingToken)
    {
        using var late = new CancellationTokenSource(RoundLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            await _round(either.Token);
            if (_outage.Ends() is { } seconds)
            {
                Log.Recovered(_logger, _what, seconds);
            }
        }
        catch (Exception exception)
        {
            // The boundary of one round: the next one may do better. When stopping there is none.
            if (!stoppingToken.IsCancellationRequested && _outage.Begins())
            {
                var why = exception is OperationCanceledException ? "it took too long" : exception.Message;
                Log.Failed(_logger, _what, why);
            }
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        using var due = new CancellationTokenSource(_interval, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stoppingToken);
        try
        {
            await _woken.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The time has come, or the node stops.
        }
    }
}
