using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>Joins the two ends of each stream, and says in one line how that went.</summary>
internal sealed partial class StreamRelays : IAsyncDisposable
{
    private readonly RelayTable _table;
    private readonly TunnelServerOptions _options;
    private readonly TunnelMetrics _metrics;
    private readonly ILogger<StreamRelays> _logger;

    public StreamRelays(
        TunnelServerOptions options,
        TunnelMetrics metrics,
        TimeProvider time,
        ILogger<RelayTable> tableLogger,
        ILogger<StreamRelays> logger)
    {
        // Not the table of the pipes: when the server stops, those end at once, and streams have until the end.
        _table = new RelayTable(time, tableLogger);
        _options = options;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Runs a stream of bytes to its end. Both legs are disposed then.</summary>
    public async Task RunAsync(StreamAsker asker, string target, Leg first, Leg second)
    {
        var rules = new RelayRules
        {
            FirstName = "opener",
            SecondName = "target",
            Idle = _options.Idle,

            // Who stops reading for an hour stops only his own stream, whose window bounds what it costs.
            StallTimeout = TimeSpan.Zero,
        };
        await RunAsync(asker, target, new Relay(_table, first, second, rules));
    }

    /// <summary>Runs a relay of somebody else's table to its end.</summary>
    public async Task RunAsync(StreamAsker asker, string target, Relay relay)
    {
        RelayEnd? end = null;
        _metrics.BeginStream();
        try
        {
            end = await relay.RunAsync();
        }
        finally
        {
            _metrics.EndStream(end);
        }

        Log.Ended(
            _logger,
            asker.ToString(),
            target,
            end.By,
            end.Reason,
            end.BytesThere,
            end.BytesBack,
            (long)end.Duration.TotalMilliseconds);
    }

    /// <summary>A stream did not come about.</summary>
    public void Refuse(StreamAsker asker, string target, StreamRefusal refusal)
    {
        _metrics.Refuse(refusal.Code.Code);
        Log.NotOpened(
            _logger,
            asker.ToString(),
            target,
            refusal.Code.Status,
            refusal.Code.Code,
            refusal.Why ?? refusal.Code.Why);
    }

    public ValueTask DisposeAsync() => _table.DisposeAsync();
}
