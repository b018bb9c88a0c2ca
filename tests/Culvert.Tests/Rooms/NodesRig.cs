using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

/// <summary>
/// Three nodes on the thread of the test, with the rooms <c>lobby</c> and <c>p</c>, of which 3, 4 and 5 are members.
/// User 1 owns the server.
/// </summary>
internal sealed class NodesRig : IDisposable
{
    public NodesRig()
    {
        // Continuations run where the test releases them.
        SynchronizationContext.SetSynchronizationContext(null);
        World = new World(1, 3, new RoomOptions { PublishBurst = 1000 });
        World.Settle();
        World.CreateRoom("lobby", RoomKind.Public);
        World.CreateRoom("p", RoomKind.Private);
        foreach (var user in Enumerable.Range(3, 3))
        {
            A.Do(Owner, "p", Capability.Moderate, Acts.Join(user, World.NameOf(user)));
        }

        World.Settle();
        World.Settle();
    }

    public World World { get; }

    public SimulatedNode A => World.Nodes[0];

    public SimulatedNode B => World.Nodes[1];

    public SimulatedNode C => World.Nodes[2];

    public static Caller Owner => World.CallerOf(1);

    /// <summary>Does one act on a node and commits it there; the word of it is under way afterwards.</summary>
    public static SimulatedAppend Do(SimulatedNode node, Act act, string room = "lobby", long user = 1)
    {
        node.Do(World.CallerOf(user), room, Capability.Read, act);
        node.Commit();
        return node.Appends[^1];
    }

    public static SimulatedAppend Publish(SimulatedNode node, string text) =>
        Do(node, Acts.Message(TestAppend.Json(text), null));

    /// <summary>The room as that node has it.</summary>
    public Room RoomOf(SimulatedNode node, string name = "lobby") =>
        World.Enter(node, Owner, name, Capability.Read)!; // The owner of the server is let in everywhere.

    public ErrorCode? Refusal(SimulatedNode node, long user, Capability needed, string room = "lobby") =>
        World.Sync(node.Rooms.EnterAsync(World.CallerOf(user), room, needed, CancellationToken.None)).Refusal?.Code;

    /// <summary>A reader of one room on a node, as NDJSON unless said otherwise.</summary>
    public ScriptedOutlet Read(
        SimulatedNode node, long user, string room = "lobby", Since since = default, Face face = Face.Ndjson)
    {
        var outlet = new ScriptedOutlet();
        var subscriber = new Subscriber(node.Loops.All[0], outlet, face, World.CallerOf(user)) { EndsWithRooms = true };
        subscriber.Start();
        var entered = World.Enter(node, subscriber.Caller, room, Capability.Read);
        Assert.NotNull(entered);
        var subscription = new Subscription(entered, subscriber, since, GapPolicy.Oldest);
        Assert.Null(World.Sync(node.Rooms.EnterAsync(subscription, CancellationToken.None)));
        subscriber.Attach(subscription);
        Run();
        return outlet;
    }

    /// <summary>Delivers what is under way and lets the loops run until nothing is left to do.</summary>
    public void Run()
    {
        for (var left = 10_000; World.Nodes.Aggregate(false, static (busy, node) => node.Advance() || busy); left--)
        {
            Assert.True(left > 0, "The nodes never come to rest.");
        }
    }

    /// <summary>Lets time pass in steps of a tick.</summary>
    public void Pass(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            World.Time.Advance(TimeSpan.FromMilliseconds(250));
            World.Nodes.ForEach(static node => node.Tick());
            Run();
        }
    }

    public void Dispose() => World.Dispose();
}
