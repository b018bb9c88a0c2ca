using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Simulation;

/// <summary>One node of a <see cref="World"/>: the room core over the common store, and its way to others.</summary>
internal sealed class SimulatedNode : INodeStatus, IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private readonly World _world;
    private readonly string _name;
    private readonly CatchUp _catchUp;
    private readonly List<SimulatedAppend> _failed = [];
    private Task<bool> _committing = Task.FromResult(false);
    private Task _writing = Task.CompletedTask;
    private DateTimeOffset _leasedUntil;

    public SimulatedNode(World world, string name, RoomOptions options)
    {
        _world = world;
        _name = name;
        Store = new FaultyStore(world.Inner, world.Audit, () => world.Random.Next(2) == 0);
        Bus = new SimulatedBus(world);
        _catchUp = new CatchUp(Store, options, NullLogger<CatchUp>.Instance);
        Loops = new WriterLoops(2, options, _catchUp, world.Time);
        Commits = new CommitLoop(Store, options, world.Time, NullLogger<CommitLoop>.Instance);
        Rooms = new RoomDirectory(Store, Commits, Loops, options, world.Time);
        Peers = new RoomPeers(
            Bus, Store, Rooms, Commits, Loops, world.Time, NullLogger<RoomPeers>.Instance);
        Presence = new PresenceExchange(
            world.Shared, Bus, Rooms, world.Time, NullLogger<PresenceExchange>.Instance);
        if (world.IsMany)
        {
            Bus.Received = message => Assert.True(Peers.Hear(message) || Presence.Hear(message));
            Bus.Lost = () =>
            {
                Peers.HearLost();
                Presence.HearLost();
            };
            Rooms.Join(Bus, this, Presence.Note);
            Bus.Start();
        }
    }

    public FaultyStore Store { get; }

    public SimulatedBus Bus { get; }

    public WriterLoops Loops { get; }

    public CommitLoop Commits { get; }

    public RoomDirectory Rooms { get; }

    private RoomPeers Peers { get; }

    private PresenceExchange Presence { get; }

    /// <summary>Does nothing at all, as a process that was stopped.</summary>
    public bool IsPaused { get; set; }

    public List<SimulatedAppend> Appends { get; } = [];

    public bool IsOpen => _world.Time.GetUtcNow() < _leasedUntil;

    public bool IsLeader => true;

    public long Incarnation { get; private set; }

    public override string ToString() => $"{_name}, incarnation {Incarnation}";

    /// <summary>Somebody wants a change; it is in the next commit unless it is refused.</summary>
    public void Do(Caller caller, string name, Capability needed, Act act, bool ownOnly = false)
    {
        if (_world.Enter(this, caller, name, needed) is { } room)
        {
            var append = new SimulatedAppend(room, caller, act, ownOnly, Completed);
            if (Rooms.Submit(room, caller, append) is null)
            {
                Appends.Add(append);
            }
        }
    }

    /// <summary>A publisher whose change failed tries again; with a key that cannot make two messages of one.</summary>
    public void Retry()
    {
        if (_failed.Count > 0)
        {
            var again = _failed[^1];
            _failed.RemoveAt(_failed.Count - 1);
            _world.AnyNode.Do(again.Caller, again.RoomName, Capability.Write, again.Act);
        }
    }

    /// <summary>Begins a commit unless one is under way.</summary>
    public void Commit()
    {
        Assert.Null(Store.Broken);
        if (_committing.IsCompleted)
        {
            Assert.True(_committing.IsCompletedSuccessfully, $"The commit loop failed: {_committing.Exception}");
            _committing = Commits.CommitOnceAsync().AsTask();
        }
    }

    public void Release()
    {
        if (Store.Waiting > 0)
        {
            Store.Release(_world.Random.Next(Store.Waiting));
        }
    }

    /// <summary>What the timers of a node do.</summary>
    public void Tick()
    {
        Rooms.AnnouncePresence();
        Loops.Post(new LoopItem(LoopItemKind.Tick, null));
        if (_world.IsMany)
        {
            Peers.Tick();
            Live();
            WritePresence();
        }
    }

    /// <summary>Looks at everything; nothing is lost after it.</summary>
    public void Look()
    {
        Live();
        WritePresence();
        Presence.SayVersion();
        Peers.HearLost();
    }

    /// <summary>True while something is under way.</summary>
    public bool Advance()
    {
        Release();
        Commit();
        return Bus.Deliver(_world.Random)
            | Loops.All.Aggregate(false, static (busy, loop) => loop.RunOnce() || busy)
            | Store.Waiting > 0
            || !_committing.IsCompleted || World.Sync(new ValueTask<bool>(_committing));
    }

    /// <summary>Says how far its presence is, as it does every second.</summary>
    public void SayVersion() => Presence.SayVersion();

    public void BeSound()
    {
        IsPaused = false;
        Bus.Connect(_world.IsMany);
        Store.IsSlow = false;
        Store.ReadsFail = false;
        Store.Fault = CommitFault.None;
    }

    public void Dispose()
    {
        Bus.Connect(false);
        Rooms.Dispose();
        Loops.Dispose();
        _catchUp.Dispose();
    }

    private void WritePresence()
    {
        if (_writing.IsCompleted)
        {
            _writing = Presence.WriteAsync();
        }
    }

    private void Live()
    {
        try
        {
            var now = _world.Time.GetUtcNow();
            if (Incarnation == 0
                || !World.Sync(_world.Shared.RenewLeaseAsync(Incarnation, Lease, CancellationToken.None)))
            {
                Incarnation = World.Sync(_world.Shared.TakeLeaseAsync(_name, Lease, CancellationToken.None));
                Presence.Restart(Incarnation);
            }

            _leasedUntil = now + Lease;
            Presence.See(World.Sync(_world.Shared.ListLiveAsync(CancellationToken.None)));
        }
        catch (StoreException)
        {
            // The next time, then.
        }
    }

    private void Completed(SimulatedAppend append)
    {
        Assert.Equal(1, append.Completions);
        _world.See(append.Outcome.ToString());
        switch (append.Outcome)
        {
            case AppendOutcome.Committed or AppendOutcome.Duplicate:
                _world.Audit.Acknowledged(append);
                break;
            case AppendOutcome.StorageFailed or AppendOutcome.StorageFull when append.Key is not null:
                _failed.Add(append);
                break;
            case AppendOutcome.None or AppendOutcome.NoSuchRoom:
                Assert.Fail($"An append ended as {append.Outcome}.");
                break;
        }
    }
}
