using Culvert.Protocol.WebSockets;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>All relays that run, and one sweep over their deadlines. One a server.</summary>
/// <remarks>Safe for concurrent use. One timer for all: a session that waits costs a few comparisons a tick.</remarks>
internal sealed partial class RelayTable : IAsyncDisposable
{
    /// <summary>Fine enough for the shortest limit, a second.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<Relay> _relays = [];
    private readonly long _startedAt;
    private readonly PeriodicTimer _timer;
    private readonly Task _sweeping;
    private readonly ILogger<RelayTable> _logger;
    private TaskCompletionSource? _emptied;
    private bool _isDraining;
    private long _sweeps;

    public RelayTable(TimeProvider time, ILogger<RelayTable> logger)
    {
        Time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _timer = new PeriodicTimer(TickInterval, time);
        _sweeping = SweepAsync();
    }

    public TimeProvider Time { get; }

    public RelayClock Clock { get; } = new();

    /// <summary>How many sweeps there were.</summary>
    public long Sweeps => Volatile.Read(ref _sweeps);

    /// <summary>Sessions that run.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _relays.Count;
            }
        }
    }

    /// <summary>Takes a session in; one that comes while the others are told the end is told it too.</summary>
    public void Add(Relay relay)
    {
        bool isLate;
        lock (_gate)
        {
            relay.Index = _relays.Count;
            _relays.Add(relay);
            isLate = _isDraining;
        }

        if (isLate)
        {
            Tell(relay);
        }
    }

    public void Remove(Relay relay)
    {
        lock (_gate)
        {
            var last = _relays[^1];
            _relays[relay.Index] = last;
            last.Index = relay.Index;
            _relays.RemoveAt(_relays.Count - 1);
            if (_relays.Count == 0)
            {
                _emptied?.TrySetResult();
                _emptied = null;
            }
        }
    }

    /// <summary>Tells both ends of every session to come back later, and waits until they have gone.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Relay[] known;
        lock (_gate)
        {
            _isDraining = true;
            known = [.. _relays];
        }

        Array.ForEach(known, Tell);

        Task emptied;
        lock (_gate)
        {
            if (_relays.Count == 0)
            {
                return;
            }

            _emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = _emptied.Task;
        }

        try
        {
            await emptied.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            foreach (var relay in Snapshot())
            {
                relay.There.From.Abort();
                relay.Back.From.Abort();
                relay.StopClosing();
            }
        }
    }

    /// <summary>A fault of ours, which ended one session.</summary>
    public void Report(string leg, Exception exception) => Log.Failed(_logger, leg, exception);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _sweeping;
    }

    private static void Tell(Relay relay) =>
        relay.End(RelayReason.Shutdown, CloseCode.ServiceRestart, "restarting");

    private Relay[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _relays];
        }
    }

    /// <summary>Ends when the timer is disposed.</summary>
    private async Task SweepAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            Clock.Set((long)Time.GetElapsedTime(_startedAt).TotalMilliseconds + 1);
            foreach (var relay in Snapshot())
            {
                relay.Tick();
            }

            Volatile.Write(ref _sweeps, _sweeps + 1);
        }
    }
}
