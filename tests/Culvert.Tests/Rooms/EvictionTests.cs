using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

public sealed class EvictionTests : IDisposable
{
    private readonly RoomRig _rig = new();
    private readonly ScriptedOutlet _outlet = new();

    [Fact]
    public async Task The_banned_see_why_and_nothing_after_it()
    {
        var stays = new ScriptedOutlet();
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Subscribe(_rig.Connect(stays, RoomRig.Alice));
        _rig.Run();
        _rig.Submit(Acts.Message("1"u8.ToArray(), null));
        _rig.Submit(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);
        _rig.Submit(Acts.Message("2"u8.ToArray(), null));

        _rig.Commit();
        _rig.Run();

        Assert.Equal("ready msg:1 ban:2 bye", RoomRig.Outline(_outlet));
        Assert.Equal("ready msg:1 ban:2 msg:3", RoomRig.Outline(stays));
        Assert.Equal(StreamCloseCode.Banned, await subscriber.Finished);
        Assert.Equal(1, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void The_kicked_may_come_back()
    {
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Run();

        _rig.Do(Acts.Kick(TestUsers.Bob, "bob", "rude"), RoomRig.Owner);
        _rig.Run();

        Assert.Equal("ready kick:1 bye", RoomRig.Outline(_outlet));
        Assert.NotNull(_rig.Enter("lobby", RoomRig.Bob).Room);
    }

    [Fact]
    public void A_ban_between_the_gate_and_the_attach_is_noticed()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Enter("lobby", RoomRig.Bob);
        var subscription = new Subscription(_rig.Room, subscriber, Since.Now, GapPolicy.Oldest);
        _rig.Do(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);
        Assert.Null(RoomDirectory.Enter(subscription));
        _rig.Run();
        subscriber.Attach(subscription);
        _rig.Run();
        _rig.Publish("secret");
        _rig.Run();

        Assert.Equal("bye", RoomRig.Outline(_outlet));
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void A_reader_that_is_full_is_evicted_all_the_same()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        _rig.Do(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);
        _rig.Run();
        Assert.Equal(0, _rig.Room.SubscriptionCount);
        _rig.Publish("secret");

        subscriber.Drained();
        _rig.Run();

        Assert.Equal("ready ban:1 bye", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_room_that_becomes_private_keeps_its_members_and_the_owner()
    {
        var (member, owner) = (new ScriptedOutlet(), new ScriptedOutlet());
        _rig.Do(Acts.Join(TestUsers.Alice, "alice"), RoomRig.Owner);
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Subscribe(_rig.Connect(member, RoomRig.Alice));
        _rig.Subscribe(_rig.Connect(owner, RoomRig.Owner));
        _rig.Run();

        _rig.Do(Acts.Settings(RoomKind.Private, null, null), RoomRig.Owner);
        _rig.Publish("secret");
        _rig.Run();

        Assert.Equal("ready settings:2 bye", RoomRig.Outline(_outlet));
        Assert.Equal("ready settings:2 msg:3", RoomRig.Outline(member));
        Assert.Equal("ready settings:2 msg:3", RoomRig.Outline(owner));
    }

    [Fact]
    public void Who_leaves_a_private_room_reads_no_more()
    {
        _rig.Do(Acts.Join(TestUsers.Bob, "bob"), RoomRig.Owner);
        _rig.Do(Acts.Settings(RoomKind.Private, null, null), RoomRig.Owner);
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Run();

        _rig.Do(Acts.Leave(TestUsers.Bob, "bob"), RoomRig.Bob);
        _rig.Publish("secret");
        _rig.Run();

        Assert.Equal("ready leave:3 bye", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_connection_with_other_rooms_goes_on()
    {
        var other = _rig.Create("other");
        var subscriber = _rig.Connect(_outlet, rooms: 2);
        _rig.Subscribe(subscriber);
        _rig.Subscribe(subscriber, room: other);
        _rig.Run();

        _rig.Do(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);
        _rig.Do(Acts.Message("1"u8.ToArray(), null), room: other);
        _rig.Run();

        Assert.Equal("ready ready ban:1 bye msg:1", RoomRig.Outline(_outlet));
        Assert.Equal("lobby", RoomRig.Lines(_outlet.All)[3].GetProperty("room").GetString());
        Assert.False(subscriber.Finished.IsCompleted);
    }

    [Fact]
    public async Task Some_connections_can_be_ended_at_once()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        var other = new ScriptedOutlet();
        _rig.Subscribe(_rig.Connect(other, RoomRig.Alice));
        _rig.Run();

        _rig.Loops.EndWhere(
            new Farewells(static caller => caller.UserId == TestUsers.Bob, StreamCloseCode.Restarting));
        _rig.Run();

        Assert.Equal("ready bye", RoomRig.Outline(_outlet));
        Assert.Equal("ready", RoomRig.Outline(other));
        Assert.Equal(StreamCloseCode.Restarting, await subscriber.Finished);
    }

    public void Dispose() => _rig.Dispose();
}
