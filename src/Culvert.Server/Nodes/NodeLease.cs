using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>
/// Keeps the lease of this node, and joins the cluster again, as somebody new, when it was lost.
/// </summary>
/// <remarks>Rounds come one after another; everything else is safe from any thread.</remarks>
internal sealed partial class NodeLease
{
    /// <summary>From the moment that a node dies until the others know: this and a second.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(6);

    /// <summary>Two renewals may fail before the lease is over.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string _name;
    private readonly INodeStore _store;
    private readonly NodeGate _gate;
    private readonly TimeProvider _time;
    private readonly NodeMetrics _metrics;
    private readonly ILogger<NodeLease> _logger;
    private long _incarnation;
    private bool _hasJoined;

    public NodeLease(
        string name,
        INodeStore store,
        NodeGate gate,
        TimeProvider time,
        NodeMetrics metrics,
        ILogger<NodeLease> logger)
    {
        _name = name;
        _store = store;
        _gate = gate;
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Which start of this node holds the lease; 0 before the first, and between one and the next.</summary>
    public long Incarnation => Volatile.Read(ref _incarnation);

    /// <summary>
    /// Called with each new incarnation before the gate opens: reads what happened without this node, and tells the
    /// others who is here. Called again with the same one when it threw. Set before the first round.
    /// </summary>
    public Func<long, CancellationToken, Task>? Joining { get; set; }

    /// <summary>Renews the lease, or takes a new one.</summary>
    /// <exception cref="Rooms.StoreException">The store did not do it; the gate closes by itself in time.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        if (_incarnation != 0 && !await _store.RenewLeaseAsync(_incarnation, Length, cancellationToken))
        {
            Fence();
        }

        if (_incarnation == 0)
        {
            began = _time.GetTimestamp();
            Volatile.Write(ref _incarnation, await _store.TakeLeaseAsync(_name, Length, cancellationToken));
        }

        _gate.Renewed(began);
        _metrics.Renewals.Add(1);
        if (!_hasJoined)
        {
            await JoinAsync(cancellationToken);
        }
    }

    /// <summary>Gives the lease up; called after the last round.</summary>
    public async Task RetireAsync(CancellationToken cancellationToken)
    {
        _gate.Close();
        if (_incarnation != 0)
        {
            await _store.RetireAsync(_incarnation, cancellationToken);
        }
    }

    private void Fence()
    {
        _gate.Close();
        _hasJoined = false;
        _metrics.Fenced.Add(1);
        Log.Fenced(_logger, _name, _incarnation);
        Volatile.Write(ref _incarnation, 0);
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        if (Joining is not null)
        {
            await Joining(_incarnation, cancellationToken);
        }

        _hasJoined = true;
        _gate.Joined();
        Log.Joined(_logger, _name, _incarnation);
    }
}
