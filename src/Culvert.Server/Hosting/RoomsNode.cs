using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Starts and stops what runs by itself in a node: writer loops, commit loop, ticker.</summary>
internal sealed class RoomsNode(
    WriterLoops loops,
    CommitLoop commits,
    CatchUp catchUp,
    Ticker ticker,
    Revocations revocations,
    CulvertMeter meter) : IAsyncDisposable
{
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
        _revoked = revocations.Subscribe(revocation => loops.EndWhere(
            new Farewells(revocation.Ends, CodeOf(revocation.Reason))));
        loops.Start();
        commits.Start();
        ticker.Start();
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
        catchUp.Dispose();
        loops.Dispose();
    }
}
