using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class LoopTimersTests : IDisposable
{
    private readonly RoomRig _rig = new();
    private readonly ScriptedOutlet _outlet = new();

    [Fact]
    public void A_quiet_stream_gets_a_heartbeat()
    {
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Run();

        Pass(14);
        Assert.Equal("ready", RoomRig.Outline(_outlet));
        Pass(2);
        Assert.Equal("ready hb", RoomRig.Outline(_outlet));
        _rig.Publish("one");
        Pass(14);
        Assert.Equal("ready hb msg:1", RoomRig.Outline(_outlet));
        Pass(2);
        Assert.Equal("ready hb msg:1 hb", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_quiet_peer_is_pinged_and_a_sign_of_life_is_enough()
    {
        var subscriber = Pinged();

        Pass(26);
        Assert.Equal("PING", _outlet.All);
        subscriber.Received();
        Pass(24);
        Assert.Equal("PING", _outlet.All);
        Pass(3);
        Assert.Equal("PINGPING", _outlet.All);
        Assert.False(subscriber.Finished.IsCompleted);
    }

    [Fact]
    public async Task A_peer_that_stays_silent_after_a_ping_is_ended()
    {
        var subscriber = Pinged();

        Pass(26);
        Pass(19);
        Assert.False(subscriber.Finished.IsCompleted);
        Pass(3);

        Assert.Equal(StreamCloseCode.Idle, await subscriber.Finished);
    }

    [Fact]
    public async Task A_connection_that_takes_nothing_is_given_up_after_the_stall_timeout()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();

        Pass(299);
        Assert.False(subscriber.Finished.IsCompleted);
        Pass(3);

        Assert.Equal(StreamCloseCode.TooSlow, await subscriber.Finished);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
        Assert.Single(_outlet.Sends);
    }

    [Fact]
    public async Task A_goodbye_waits_two_seconds_for_a_slow_peer()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        subscriber.End(StreamCloseCode.Restarting);

        Pass(1);
        Assert.False(subscriber.Finished.IsCompleted);
        Pass(3);

        Assert.Equal(StreamCloseCode.Restarting, await subscriber.Finished);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_credential_that_expires_ends_its_connection(bool isFull)
    {
        _outlet.Then(isFull ? SendResult.Blocked : SendResult.Sent);
        var subscriber = _rig.Connect(_outlet, RoomRig.Bob with { ExpiresAt = _rig.Now + 10_000 });
        _rig.Subscribe(subscriber);
        _rig.Run();

        Pass(9);
        Assert.False(subscriber.Finished.IsCompleted);
        Pass(4);

        Assert.Equal(StreamCloseCode.SessionEnded, await subscriber.Finished);
        Assert.Equal(isFull ? "ready" : "ready bye", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void Every_connection_is_looked_at_once_a_second()
    {
        var outlets = Enumerable.Range(0, 11).Select(_ => new ScriptedOutlet()).ToList();
        outlets.ForEach(outlet => _rig.Subscribe(_rig.Connect(outlet)));
        _rig.Run();

        _rig.Time.Advance(TimeSpan.FromSeconds(15));
        for (var tick = 0; tick < LoopTimers.PerSecond; tick++)
        {
            Tick();
        }

        Assert.All(outlets, outlet => Assert.Equal("ready hb", RoomRig.Outline(outlet)));
    }

    [Fact]
    public void Presence_missed_while_full_follows_when_it_drains()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        Announce();
        _outlet.Then(SendResult.Blocked);
        _rig.Publish("one");
        _rig.Run();
        _rig.Subscribe(_rig.Connect(new ScriptedOutlet(), RoomRig.Alice));
        _rig.Run();
        Announce();
        Assert.Equal("ready here msg:1", RoomRig.Outline(_outlet));

        subscriber.Drained();
        _rig.Run();

        Assert.Equal("ready here msg:1 here", RoomRig.Outline(_outlet));
        Assert.Equal(2, RoomRig.Lines(_outlet.All)[^1].GetProperty("pv").GetInt64());
    }

    public void Dispose() => _rig.Dispose();

    private void Announce()
    {
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        _rig.Rooms.AnnouncePresence();
        _rig.Run();
    }

    private Subscriber Pinged()
    {
        var subscriber = new Subscriber(_rig.Loop, _outlet, Face.Frame, RoomRig.Bob) { Ping = "PING"u8.ToArray() };
        subscriber.Start();
        return subscriber;
    }

    private void Pass(int seconds)
    {
        for (var tick = 0; tick < seconds * LoopTimers.PerSecond; tick++)
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1.0 / LoopTimers.PerSecond));
            Tick();
        }
    }

    private void Tick()
    {
        _rig.Loops.Post(new LoopItem(LoopItemKind.Tick, null));
        _rig.Run();
    }
}
