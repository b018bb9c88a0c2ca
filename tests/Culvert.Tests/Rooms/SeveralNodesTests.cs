using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

/// <summary>What one node commits, and the rooms of the others.</summary>
public sealed class SeveralNodesTests : IDisposable
{
    /// <summary>What takes user 6's right to read the lobby, or user 3's to read p, and how they are told.</summary>
    private static readonly Dictionary<string, (string Room, long User, Act Act, StreamCloseCode Code)> Ends = new()
    {
        ["ban"] = ("lobby", 6, Acts.Ban(6, "u6", "spam", null), StreamCloseCode.Banned),
        ["kick"] = ("lobby", 6, Acts.Kick(6, "u6", null), StreamCloseCode.Kicked),
        ["leave"] = ("p", 3, Acts.Leave(3, "u3"), StreamCloseCode.AccessLost),
        ["private"] = ("lobby", 6, Acts.Settings(RoomKind.Private, null, null), StreamCloseCode.AccessLost),
        ["delete"] = ("p", 3, Acts.Delete(1), StreamCloseCode.RoomGone),
    };

    private readonly NodesRig _rig = new();

    public static TheoryData<string, bool> EndsOfAccess => new(
        from end in Ends.Keys
        from isHeard in new[] { true, false }
        select (end, isHeard));

    [Fact]
    public void What_one_node_commits_every_node_shows_once_and_in_order()
    {
        var outlet = _rig.Read(_rig.B, 6);

        NodesRig.Publish(_rig.A, "one");
        NodesRig.Publish(_rig.C, "two");
        NodesRig.Publish(_rig.B, "three");
        _rig.Run();

        Assert.Equal("ready msg:1 msg:2 msg:3", Events(outlet));
    }

    [Theory]
    [MemberData(nameof(EndsOfAccess))]
    public void What_takes_access_away_on_one_node_ends_readers_of_another_who_see_why(string end, bool isHeard)
    {
        var (room, user, act, code) = Ends[end];
        var outlet = _rig.Read(_rig.B, user, room);
        _rig.World.Losses = isHeard ? 0 : 100;

        var append = NodesRig.Do(_rig.A, act, room);
        _rig.Pass(isHeard ? 0 : 4);
        _rig.Run();

        var why = Encoding.ASCII.GetString(EventNames.Of(act.Kind));
        Assert.EndsWith($"{why}:{append.Offset} bye", Events(outlet), StringComparison.Ordinal);
        Assert.Contains($"\"code\":{code.Code},", outlet.All, StringComparison.Ordinal);
        Assert.Equal(end == "kick" ? null : ErrorCode.NotFound, _rig.Refusal(_rig.B, user, Capability.Read, room));
    }

    [Fact]
    public void Members_stay_when_another_node_makes_the_room_private()
    {
        NodesRig.Do(_rig.A, Acts.Join(6, "u6"));
        _rig.Run();
        var outlet = _rig.Read(_rig.B, 6);

        NodesRig.Do(_rig.C, Acts.Settings(RoomKind.Private, null, null));
        _rig.Run();

        Assert.DoesNotContain("bye", Events(outlet), StringComparison.Ordinal);
        Assert.Null(_rig.Refusal(_rig.B, 6, Capability.Write));
    }

    [Fact]
    public void A_mute_of_one_node_holds_on_the_others()
    {
        Assert.Null(_rig.Refusal(_rig.B, 6, Capability.Write));

        NodesRig.Do(_rig.A, Acts.Mute(6, "u6", null, null));
        _rig.Run();
        Assert.Equal(ErrorCode.Muted, _rig.Refusal(_rig.B, 6, Capability.Write));

        NodesRig.Do(_rig.C, Acts.Unmute(6, "u6"));
        _rig.Run();
        Assert.Null(_rig.Refusal(_rig.B, 6, Capability.Write));
    }

    [Fact]
    public void A_room_that_was_not_looked_at_for_a_while_is_looked_at_by_the_gate()
    {
        Assert.Null(_rig.Refusal(_rig.B, 6, Capability.Write));
        _rig.World.Losses = 100;
        _rig.World.Time.Advance(TimeSpan.FromSeconds(11));
        _rig.A.Tick();
        NodesRig.Do(_rig.A, Acts.Ban(6, "u6", null, null));

        Assert.Equal(ErrorCode.NotFound, _rig.Refusal(_rig.B, 6, Capability.Write));
    }

    [Fact]
    public void A_commit_behind_those_of_others_reads_them_first()
    {
        var outlet = _rig.Read(_rig.B, 6);
        _rig.World.Losses = 100;
        NodesRig.Publish(_rig.A, "one");
        NodesRig.Do(_rig.A, Acts.Kick(6, "u6", null));

        NodesRig.Publish(_rig.B, "three");
        _rig.Run();

        Assert.Equal("ready msg:1 kick:2 bye", Events(outlet));
        Assert.Equal(3, _rig.RoomOf(_rig.B).LastOffset);
    }

    [Fact]
    public void What_the_bus_lost_is_found_by_a_look_within_a_second()
    {
        var outlet = _rig.Read(_rig.B, 6);
        _rig.World.Losses = 100;
        NodesRig.Publish(_rig.A, "one");
        _rig.Run();
        Assert.Equal("ready", Events(outlet));

        _rig.Pass(4);

        Assert.Equal("ready msg:1", Events(outlet));
    }

    [Fact]
    public void Without_a_bus_every_tick_looks()
    {
        var outlet = _rig.Read(_rig.B, 6);
        _rig.B.Bus.Connect(false);
        NodesRig.Publish(_rig.A, "one");

        _rig.Pass(1);

        Assert.Equal("ready msg:1", Events(outlet));
    }

    [Fact]
    public void A_cursor_of_a_faster_node_is_no_gap()
    {
        _rig.RoomOf(_rig.B);
        _rig.World.Losses = 100;
        NodesRig.Publish(_rig.A, "one");
        NodesRig.Publish(_rig.A, "two");
        var room = _rig.RoomOf(_rig.A);

        var outlet = _rig.Read(_rig.B, 6, since: Since.After(new RoomCursor(room.Epoch, 2)));
        NodesRig.Publish(_rig.B, "three");
        _rig.Run();

        Assert.Equal("ready msg:3", Events(outlet));
    }

    [Fact]
    public void A_cursor_that_no_node_gave_is_one()
    {
        var room = _rig.RoomOf(_rig.A);

        var outlet = _rig.Read(_rig.B, 6, since: Since.After(new RoomCursor(room.Epoch, 99)));

        Assert.StartsWith("gap", Events(outlet), StringComparison.Ordinal);
        Assert.Contains("ahead", outlet.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_another_node_changed_are_the_current_ones_in_a_replay()
    {
        _rig.RoomOf(_rig.B);
        NodesRig.Publish(_rig.A, "first");
        NodesRig.Publish(_rig.A, "second");
        NodesRig.Do(_rig.C, Acts.Edit(1, TestAppend.Json("better")));
        NodesRig.Do(_rig.C, Acts.Erase(2, null));
        _rig.Run();

        var outlet = _rig.Read(_rig.B, 6, since: Since.Start);

        Assert.Equal("msg:1 msg:2 edit:3 erase:4 ready", Events(outlet));
        Assert.DoesNotContain("first", outlet.All, StringComparison.Ordinal);
        Assert.DoesNotContain("second", outlet.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_lease_is_over_takes_no_publishes_and_goes_on_reading()
    {
        var outlet = _rig.Read(_rig.B, 6);
        var room = _rig.RoomOf(_rig.B);
        _rig.World.Time.Advance(TimeSpan.FromSeconds(7));
        var append = new SimulatedAppend(
            room, NodesRig.Owner, Acts.Message(TestAppend.Json("late"), null), false, static _ => { });

        var refusal = _rig.B.Rooms.Submit(room, NodesRig.Owner, append);

        Assert.Equal((ErrorCode.Overloaded, 1000), (refusal!.Code, refusal.AfterMilliseconds));
        _rig.A.Tick();
        NodesRig.Publish(_rig.A, "one");
        _rig.Run();
        Assert.Equal("ready msg:1", Events(outlet));
        _rig.B.Tick();
        Assert.Null(_rig.B.Rooms.Submit(room, NodesRig.Owner, append));
    }

    [Fact]
    public void A_name_that_another_node_gave_to_another_room_is_that_rooms()
    {
        var old = _rig.RoomOf(_rig.B, "p");
        NodesRig.Do(_rig.A, Acts.Delete(1), "p");
        _rig.Run();
        Assert.True(World.Sync(_rig.World.Inner.CondemnAsync(old.Id, 2, CancellationToken.None)));
        var made = World.Sync(_rig.C.Rooms.CreateAsync(
            NodesRig.Owner, "p", RoomKind.Public, "", CancellationToken.None));
        Assert.NotNull(made.Room);

        _rig.Pass(4);

        Assert.Equal(made.Room.Id, _rig.RoomOf(_rig.B, "p").Id);
    }

    public void Dispose() => _rig.Dispose();

    private static string Events(ScriptedOutlet outlet) =>
        string.Join(' ', RoomRig.Outline(outlet).Split(' ').Where(static each => each != "here"));
}
