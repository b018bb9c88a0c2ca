using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>Who is in a room, whatever node they are connected to.</summary>
public sealed class PresenceOfNodesTests : IDisposable
{
    private readonly NodesRig _rig = new();

    [Fact]
    public void Every_node_shows_who_is_on_any()
    {
        _rig.Read(_rig.A, 6);
        _rig.Read(_rig.B, 7);
        _rig.Pass(8);

        Assert.Equal(["u6", "u7"], Names(_rig.A));
        Assert.Equal(["u6", "u7"], Names(_rig.B));
        Assert.Equal(["u6", "u7"], _rig.RoomOf(_rig.C).Presence.Members().Names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_moves_to_another_node_neither_left_nor_came(bool comesFirst)
    {
        var watching = _rig.Read(_rig.C, 7);
        var left = Enter(_rig.A, 6);
        _rig.Pass(8);
        var before = Here(watching);

        if (comesFirst)
        {
            Enter(_rig.B, 6);
            _rig.Pass(2);
            left.Room.Exit(left);
        }
        else
        {
            left.Room.Exit(left);
            _rig.Pass(2);
            Enter(_rig.B, 6);
        }

        _rig.Pass(12);

        Assert.Equal(before, Here(watching));
        Assert.Equal(["u6", "u7"], Names(_rig.C));
    }

    [Fact]
    public void Who_leaves_is_gone_everywhere()
    {
        var left = Enter(_rig.A, 6);
        _rig.Read(_rig.B, 7);
        _rig.Pass(8);

        left.Room.Exit(left);
        _rig.Pass(12);

        Assert.Equal(["u7"], Names(_rig.A));
        Assert.Equal(["u7"], Names(_rig.B));
    }

    [Fact]
    public void A_node_that_is_gone_takes_its_users_along_in_one_batch()
    {
        var watching = _rig.Read(_rig.C, 7);
        foreach (var user in new long[] { 3, 4, 5, 6 })
        {
            Enter(_rig.A, user);
        }

        _rig.Pass(8);
        var before = Here(watching);
        _rig.A.IsPaused = true;
        _rig.World.Nodes.Remove(_rig.A);

        // The lease of 6 s, and what a look and a batch take.
        for (var ticks = 0; ticks < 32; ticks++)
        {
            _rig.Pass(1);
        }

        Assert.Equal(before + 1, Here(watching));
        var left = RoomRig.Lines(watching.All)[^1].GetProperty("leave").EnumerateArray();
        Assert.Equal(["u3", "u4", "u5", "u6"], left.Select(static name => name.GetString()).Order());
        Assert.Equal(["u7"], Names(_rig.World.Nodes[0]));
    }

    [Fact]
    public void A_node_that_was_paused_too_long_tells_everything_again()
    {
        var node = _rig.B;
        _rig.Read(node, 6);
        _rig.Pass(8);
        var incarnation = node.Incarnation;
        node.IsPaused = true;
        for (var i = 0; i < 10; i++)
        {
            _rig.World.Time.Advance(TimeSpan.FromSeconds(1));
            _rig.A.Tick();
            _rig.C.Tick();
        }

        Assert.Empty(Names(_rig.A));

        node.IsPaused = false;
        _rig.Pass(8);

        Assert.NotEqual(incarnation, node.Incarnation);
        Assert.Equal(["u6"], Names(_rig.A));
    }

    [Fact]
    public void Lost_messages_are_made_up_for_by_the_next_or_by_the_version()
    {
        _rig.World.Losses = 100;
        Enter(_rig.A, 6);
        _rig.Pass(4);
        Assert.Empty(Names(_rig.B));

        _rig.World.Losses = 0;
        Enter(_rig.A, 5);
        _rig.Pass(6);
        Assert.Equal(["u5", "u6"], Names(_rig.B));

        _rig.World.Losses = 100;
        Enter(_rig.A, 4);
        _rig.Pass(4);
        _rig.World.Losses = 0;
        _rig.A.SayVersion();
        _rig.Pass(6);
        Assert.Equal(["u4", "u5", "u6"], Names(_rig.B));
    }

    [Fact]
    public void A_store_that_fails_loses_nobody()
    {
        _rig.World.SharedFails = true;
        Enter(_rig.A, 6);
        _rig.Pass(3);
        _rig.World.SharedFails = false;

        _rig.Pass(12);

        Assert.Equal(["u6"], Names(_rig.B));
    }

    public void Dispose() => _rig.Dispose();

    private static int Here(ScriptedOutlet outlet) =>
        RoomRig.Outline(outlet).Split(' ').Count(static each => each == "here");

    private IReadOnlyList<string> Names(Simulation.SimulatedNode node) =>
        _rig.RoomOf(node).Presence.Members().Names;

    private Subscription Enter(Simulation.SimulatedNode node, long user)
    {
        var subscriber = new Subscriber(
            node.Loops.All[0], new ScriptedOutlet(), Face.Ndjson, Simulation.World.CallerOf(user));
        var subscription = new Subscription(
            _rig.RoomOf(node), subscriber, Protocol.Rooms.Since.Now, Protocol.Rooms.GapPolicy.Oldest);
        Assert.Null(RoomDirectory.Enter(subscription));
        return subscription;
    }
}
