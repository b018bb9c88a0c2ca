using System.Text;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;

namespace Culvert.Tests.Simulation;

/// <summary>Nodes of rooms on one thread in virtual time, with their faults: all decided by one seed.</summary>
internal sealed class World : IDisposable
{
    public const int Users = 8;

    private readonly RoomOptions _options;
    private int _texts;

    /// <param name="seed">Decides everything.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="options">Limits; null for small ones that the seed decides.</param>
    public World(int seed, int nodes = 1, RoomOptions? options = null)
    {
        Random = new Random(seed);
        IsMany = nodes > 1;
        Inner = new MemoryRoomStore(id => Encoding.UTF8.GetBytes(NameOf(id)));
        Shared = new SimulatedNodeStore(
            Time, () => SharedFails && Random.Next(3) == 0 ? (CommitFault)Random.Next(4) : CommitFault.None);
        _options = options ?? new RoomOptions
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
        for (var i = 0; i < nodes; i++)
        {
            Nodes.Add(new SimulatedNode(this, $"n{i}", _options));
        }
    }

    public Random Random { get; }

    public ManualTimeProvider Time { get; } = new();

    public LogAudit Audit { get; } = new();

    public MemoryRoomStore Inner { get; }

    /// <summary>What the nodes share besides the rooms.</summary>
    public SimulatedNodeStore Shared { get; }

    public bool SharedFails { get; set; }

    /// <summary>Of a hundred messages between nodes, how many are lost.</summary>
    public int Losses { get; set; }

    public bool IsMany { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>A node that runs.</summary>
    public SimulatedNode AnyNode
    {
        get
        {
            var running = Nodes.FindAll(static node => !node.IsPaused);
            return running[Random.Next(running.Count)];
        }
    }

    /// <summary>How often each kind of line was received and each outcome was answered.</summary>
    public Dictionary<string, int> Seen { get; } = new(StringComparer.Ordinal);

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

    public bool LosesMessage() => Random.Next(100) < Losses;

    public void CreateRoom(string name, RoomKind kind)
    {
        var created = Sync(Nodes[0].Rooms.CreateAsync(CallerOf(1), name, kind, "", CancellationToken.None));
        Assert.Null(created.Refusal);
    }

    /// <summary>The room, unless the gate says no or has to wait for the store.</summary>
    public Room? Enter(SimulatedNode node, Caller caller, string room, Capability needed)
    {
        var entering = node.Rooms.EnterAsync(caller, room, needed, CancellationToken.None).AsTask();
        See(entering.IsCompleted ? "entered" : "waited");
        return entering.IsCompleted ? Sync(new ValueTask<RoomEntry>(entering)).Room : null;
    }

    public ReadOnlyMemory<byte> NextText(int length) =>
        TestAppend.Json($"{++_texts}" + new string('x', length));

    public void Trim(SimulatedNode node, string name)
    {
        if (Enter(node, CallerOf(1), name, Capability.Read) is { } room)
        {
            var result = Sync(node.Store.TrimAsync(room.Id, Now, Random.Next(1, 20), CancellationToken.None));
            room.Trimmed(result.Ends);
        }
    }

    public void Tick()
    {
        Time.Advance(TimeSpan.FromMilliseconds(Random.Next(400)));
        foreach (var node in Nodes.Where(static node => !node.IsPaused))
        {
            node.Tick();
        }
    }

    /// <summary>A node ends without a word, and one of the same name begins with nothing.</summary>
    public SimulatedNode Kill(SimulatedNode node)
    {
        var next = new SimulatedNode(this, $"n{Nodes.IndexOf(node)}", _options);
        node.Bus.Connect(false);
        Nodes[Nodes.IndexOf(node)] = next;
        return next;
    }

    /// <summary>Lets everything that is under way come to its end, without faults.</summary>
    public void Settle()
    {
        SharedFails = false;
        Losses = 0;
        Nodes.ForEach(static node => node.BeSound());
        for (var round = 0; round < (IsMany ? 3 : 1); round++)
        {
            if (IsMany)
            {
                Nodes.ForEach(static node => node.Look());
            }

            var isBusy = true;
            for (var left = 100_000; isBusy && left > 0; left--)
            {
                isBusy = Nodes.Aggregate(false, static (busy, node) => node.Advance() || busy);
            }

            Assert.False(isBusy, "The nodes never come to rest.");
        }
    }

    public void See(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    public void Dispose() => Nodes.ForEach(static node => node.Dispose());
}
