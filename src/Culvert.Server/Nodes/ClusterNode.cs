using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>This process as one node of several: its lease, the others, what they decided.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ClusterNode : INodeStatus, INodeListener, IAsyncDisposable
{
    private readonly NodeGate _gate;
    private readonly SignInLimiter _limiter;
    private readonly Rounds _leaseRounds;
    private readonly Rounds _liveRounds;
    private readonly Rounds _controlRounds;
    private bool _isStopped;

    public ClusterNode(
        NodeGate gate,
        NodeLease lease,
        LiveNodes live,
        ControlLog control,
        ControlOutbox outbox,
        IRoomBus bus,
        RoomPeers peers,
        PresenceExchange presence,
        Credentials credentials,
        SignInLimiter limiter,
        ProfileService profiles,
        TimeProvider time,
        ILogger<ClusterNode> logger)
    {
        _gate = gate;
        Lease = lease;
        Live = live;
        Control = control;
        _limiter = limiter;
        _leaseRounds = new Rounds("keep the lease of this node", NodeLease.Interval, lease.RoundAsync, time, logger);
        _liveRounds = new Rounds("see which nodes are alive", LiveNodes.Interval, LookAsync, time, logger);
        _controlRounds = new Rounds(
            "read what the other nodes decided", ControlLog.Interval, control.RoundAsync, time, logger);
        lease.Joining = async (incarnation, cancellationToken) =>
        {
            await peers.CatchUpAsync(cancellationToken);
            presence.Restart(incarnation);
            _controlRounds.Wake();
        };
        live.Seen = presence.See;
        control.ProfileChanged = profiles.AnnounceAsync;
        control.Replaced = credentials.Forget;
        outbox.Added = id => bus.Send(new BusMessage.Control(id));
        limiter.Tell = (nameKey, network) => bus.Send(new BusMessage.SignInFailed(nameKey, network));
    }

    public NodeLease Lease { get; }

    public LiveNodes Live { get; }

    public ControlLog Control { get; }

    public bool IsOpen => _gate.IsOpen;

    public bool IsLeader => Live.IsLeader;

    public long Incarnation => Lease.Incarnation;

    /// <summary>
    /// Joins the cluster: when it returns, this node holds a lease and knows of everything. The callbacks of its parts
    /// have to be set.
    /// </summary>
    /// <exception cref="StoreException">The store does not let it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Control.RoundAsync(cancellationToken);
        await Lease.RoundAsync(cancellationToken);
        await Live.RoundAsync(cancellationToken);
        _controlRounds.Start();
        _leaseRounds.Start();
        _liveRounds.Start();
    }

    /// <summary>Takes the messages that are for it; false for all others. Called by the bus.</summary>
    public bool Hear(BusMessage message)
    {
        switch (message)
        {
            case BusMessage.Control control:
                if (control.LastId > Control.LastId)
                {
                    _controlRounds.Wake();
                }

                return true;
            case BusMessage.SignInFailed failed:
                _limiter.CountForeign(failed.NameKey, failed.Address);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Messages may have been lost. Called by the bus.</summary>
    public void HearLost()
    {
        _controlRounds.Wake();
        _liveRounds.Wake();
    }

    /// <summary>Leaves the cluster: the others see it gone at their next look.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        await _liveRounds.DisposeAsync();
        await _controlRounds.DisposeAsync();
        await _leaseRounds.DisposeAsync();
        await Lease.RetireAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Without a drain before it the start failed, or the store is gone: the lease ends by itself.
        _isStopped = true;
        await _liveRounds.DisposeAsync();
        await _controlRounds.DisposeAsync();
        await _leaseRounds.DisposeAsync();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await Live.RoundAsync(cancellationToken))
        {
            _leaseRounds.Wake();
        }
    }
}
