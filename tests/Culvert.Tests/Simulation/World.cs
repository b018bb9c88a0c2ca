using System.Text;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Simulation;

/// <summary>A node of rooms on one thread in virtual time, with its faults: all decided by one seed.</summary>
internal sealed class World : IDisposable
{
    public const int Users = 8;

    private readonly List<SimulatedAppend> _failed = [];
    private readonly CatchUp _catchUp;
    private int _texts;
    private Task<bool> _committing = Task.FromResult(false);

    public World(int seed)
    {
        Random = new Random(seed);
        Inner = new MemoryRoomStore(id => Encoding.UTF8.GetBytes(NameOf(id)));
        Store = new FaultyStore(Inner, Audit, () => Random.Next(2) == 0);
        var options = new RoomOptions
        {
            RingEvents = 1 << Random.Next(1, 6),
            RingBytes = 4096,
            QuantumBytes = 64 << Random.Next(6),
            PageBytes = 256 << Random.Next(4),
            PageReads = 1000,
            MaxPendingAppends = 30,
            PublishPerSecond = 1000,
            PublishBurst = 1000,
            UnloadAfter = TimeSpan.FromSeconds(3),
        };
        _catchUp = new CatchUp(Store, options, NullLogger<CatchUp>.Instance);
        Loops = new WriterLoops(2, options, _catchUp, Time);
        Commits = new CommitLoop(Store, options, Time, NullLogger<CommitLoop>.Instance);
        Rooms = new RoomDirectory(Store, Commits, Loops, options, Time);
    }

    public Random Random { get; }

    public ManualTimeProvider Time { get; } = new();

    public LogAudit Audit { get; } = new();

    public MemoryRoomStore Inner { get; }

    public FaultyStore Store { get; }

    public WriterLoops Loops { get; }

    public CommitLoop Commits { get; }

    public RoomDirectory Rooms { get; }

    /// <summary>How often each kind of line was received and each outcome was answered.</summary>
    public Dictionary<string, int> Seen { get; } = new(StringComparer.Ordinal);

    public List<SimulatedAppend> Appends { get; } = [];

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static string NameOf(long userId) => $"u{userId}";

    public static Caller CallerOf(long userId) => new()
    {
        UserId = userId,
        Name = NameOf(userId),
        ServerRole = userId == 1 ? RoomRole.Owner : userId == 2 ? RoomRole.Moderator : RoomRole.Member,
        CredentialId = userId,
    };

    public static T Sync<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompleted, "Nothing may wait here.");
        return task.GetAwaiter().GetResult();
    }

    public void CreateRoom(string name, RoomKind kind)
    {
        var created = Sync(Rooms.CreateAsync(CallerOf(1), name, kind, "", CancellationToken.None));
        Assert.Null(created.Refusal);
    }

    public Room? Enter(Caller caller, string room, Capability needed) =>
        Sync(Rooms.EnterAsync(caller, room, needed, CancellationToken.None)).Room;

    /// <summary>Somebody wants a change; it is in the next commit unless it is refused.</summary>
    public void Do(Caller caller, string name, Capability needed, Act act, bool ownOnly = false)
    {
        if (Enter(caller, name, needed) is { } room)
        {
            var append = new SimulatedAppend(room, caller, act, ownOnly, Completed);
            if (Rooms.Submit(room, caller, append) is null)
            {
                Appends.Add(append);
            }
        }
    }

    public ReadOnlyMemory<byte> NextText(int length) =>
        TestAppend.Json($"{++_texts}" + new string('x', length));

    /// <summary>A publisher whose change failed tries again; with a key that cannot make two messages of one.</summary>
    public void Retry()
    {
        if (_failed.Count > 0)
        {
            var again = _failed[^1];
            _failed.RemoveAt(_failed.Count - 1);
            Do(again.Caller, again.RoomName, Capability.Write, again.Act);
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
            Store.Release(Random.Next(Store.Waiting));
        }
    }

    public void Trim(string name)
    {
        if (Enter(CallerOf(1), name, Capability.Read) is { } room)
        {
            var result = Sync(Store.TrimAsync(room.Id, Now, Random.Next(1, 20), CancellationToken.None));
            room.Trimmed(result.Ends);
        }
    }

    public void Tick()
    {
        Time.Advance(TimeSpan.FromMilliseconds(Random.Next(400)));
        Rooms.AnnouncePresence();
        Loops.Post(new LoopItem(LoopItemKind.Tick, null));
    }

    /// <summary>Lets everything that is under way come to its end, without faults.</summary>
    public void Settle()
    {
        Store.IsSlow = false;
        Store.ReadsFail = false;
        Store.Fault = CommitFault.None;
        var isBusy = true;
        for (var left = 100_000; isBusy && left > 0; left--)
        {
            Release();
            Commit();
            isBusy = Loops.All.Aggregate(false, static (busy, loop) => loop.RunOnce() || busy)
                || Store.Waiting > 0 || !_committing.IsCompleted || Sync(new ValueTask<bool>(_committing));
        }

        Assert.False(isBusy, "The node never comes to rest.");
    }

    public void See(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    public void Dispose()
    {
        Rooms.Dispose();
        Loops.Dispose();
        _catchUp.Dispose();
    }

    private void Completed(SimulatedAppend append)
    {
        Assert.Equal(1, append.Completions);
        See(append.Outcome.ToString());
        switch (append.Outcome)
        {
            case AppendOutcome.Committed or AppendOutcome.Duplicate:
                Audit.Acknowledged(append);
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
