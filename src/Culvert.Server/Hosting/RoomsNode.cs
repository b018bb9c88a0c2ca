using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>
/// Starts and stops what runs by itself in a node: writer loops, commit loop, ticker; and on one of several nodes what
/// listens to the others.
/// </summary>
internal sealed class RoomsNode(
    WriterLoops loops,
    CommitLoop commits,
    CatchUp catchUp,
    Ticker ticker,
    Revocations revocations,
    CulvertMeter meter,
    RoomDirectory rooms,
    IEnumerable<INodeListener> listeners,
    IRoomBus? bus = null,
    INodeStatus? node = null,
    RoomPeers? peers = null,
    PresenceExchange? presence = null) : IAsyncDisposable
{
    /// <summary>Well below what people notice, and the time of a commit that is worth the wait.</summary>
    private static readonly TimeSpan GatherLimit = TimeSpan.FromMilliseconds(5);

    private IDisposable? _revoked;
    private bool _stopped;

    /// <summary>Called once, before the port opens.</summary>
    public void Start()
    {
        commits.Committed = (count, duration) =>
        {
            meter.Publishes.Add(count);
            meter.CommitDuration.Record(duration.TotalSeconds);
        };
        RoomMetrics.Watch(meter, loops);
        _revoked = revocations.Subscribe(revocation => loops.EndWhere(
            new Farewells(revocation.Ends, CodeOf(revocation.Reason))));
        if (bus is not null && node is not null && peers is not null && presence is not null)
        {
            Join(bus, node, peers, presence);
        }

        loops.Start();
        commits.Start();
        ticker.Start();
    }

    /// <summary>From here on this is one of several nodes.</summary>
    private void Join(IRoomBus others, INodeStatus status, RoomPeers roomPeers, PresenceExchange exchange)
    {
        var heard = listeners.ToArray();
        others.Received = message => Array.Exists(heard, listener => listener.Hear(message));
        others.Lost = () => Array.ForEach(heard, static listener => listener.HearLost());
        rooms.Join(others, status, exchange.Note);
        commits.GatherLimit = GatherLimit;
        ticker.Peers = roomPeers;
        ticker.Node = status;
        exchange.Start();
        others.Start();
    }

    /// <summary>A credential that stays good comes back at once, as what it is now.</summary>
    private static StreamCloseCode CodeOf(RevocationReason reason) =>
        reason == RevocationReason.RoleChanged ? StreamCloseCode.RoleChanged : StreamCloseCode.SessionEnded;

    /// <summary>Commits what was accepted; nothing is accepted afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _revoked?.Dispose();
        await commits.DisposeAsync();
        await ticker.DisposeAsync();
        if (peers is not null && presence is not null)
        {
            await peers.DisposeAsync();
            await presence.DisposeAsync();
        }

        catchUp.Dispose();
        loops.Dispose();
    }
}
