using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

public sealed class LiveDeliveryTests : IDisposable
{
    private readonly RoomRig _rig = new();
    private readonly ScriptedOutlet _outlet = new();

    [Fact]
    public void A_reader_from_now_on_is_ready_at_once_and_gets_what_follows()
    {
        _rig.Publish("before");
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Run();
        Assert.Equal(
            $"{{\"ev\":\"ready\",\"room\":\"lobby\",\"cursor\":\"{_rig.Room.Epoch}-1\",\"pv\":0,\"replayed\":0}}\n",
            _outlet.All);

        _rig.Publish("after");
        _rig.Run();

        Assert.Equal("ready msg:2", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_reader_from_within_the_ring_is_ready_after_what_was_there()
    {
        _rig.PublishMany(5);
        _rig.Subscribe(_rig.Connect(_outlet), Since.Last(3));
        _rig.Run();

        Assert.Equal("msg:3 msg:4 msg:5 ready", RoomRig.Outline(_outlet));
        Assert.Equal(3, RoomRig.Lines(_outlet.All)[^1].GetProperty("replayed").GetInt64());
    }

    [Fact]
    public void Many_events_leave_in_one_send()
    {
        _rig.Subscribe(_rig.Connect(_outlet));
        _rig.Run();

        _rig.PublishMany(50);
        _rig.Run();

        Assert.Equal(2, _outlet.Sends.Count);
        Assert.Equal(RoomRig.Range(1, 50), RoomRig.Offsets(_outlet));
    }

    [Fact]
    public void Own_bytes_go_first_and_in_the_same_send()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();

        _rig.Publish("event");
        subscriber.Send("{\"ev\":\"reply\"}\n"u8.ToArray());
        _rig.Run();

        Assert.Equal("ready reply msg:1", RoomRig.Outline(_outlet));
        Assert.Equal(2, _outlet.Sends.Count);
    }

    [Fact]
    public void Every_connection_gets_a_quantum_in_its_turn()
    {
        using var rig = new RoomRig(new RoomOptions { QuantumBytes = 1000 });
        var outlets = new[] { new ScriptedOutlet(), new ScriptedOutlet() };
        foreach (var outlet in outlets)
        {
            rig.Subscribe(rig.Connect(outlet));
        }

        rig.Run();
        rig.PublishMany(100);
        for (var turn = 1; rig.Loop.RunOnce(); turn++)
        {
            Assert.All(outlets, outlet => Assert.Equal(turn + 1, outlet.Sends.Count));
            Assert.All(outlets, outlet => Assert.True(outlet.Sends[^1].Length < 1300));
        }

        Assert.All(outlets, outlet => Assert.Equal(RoomRig.Range(1, 100), RoomRig.Offsets(outlet)));
    }

    [Fact]
    public void A_flood_of_own_bytes_leaves_in_quanta_before_anything_of_a_room()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        _rig.Publish("event");
        for (var i = 0; i < 60; i++)
        {
            subscriber.Send(Encoding.UTF8.GetBytes($"{{\"ev\":\"{new string('r', 1000)}\"}}\n"));
        }

        _rig.Run();

        Assert.All(_outlet.Sends, send => Assert.InRange(send.Length, 1, _rig.Options.QuantumBytes + 1100));
        Assert.EndsWith("msg:1", RoomRig.Outline(_outlet), StringComparison.Ordinal);
        Assert.False(subscriber.IsCrowded);
    }

    [Fact]
    public async Task A_reader_of_commands_waits_while_too_many_replies_do()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        subscriber.Send([1]);
        _rig.Run();
        subscriber.Send(new byte[Subscriber.MaxOwnBytes + 1]);
        Assert.True(subscriber.IsCrowded);
        var waiting = subscriber.WhenUncrowdedAsync();
        _rig.Run();
        Assert.False(waiting.IsCompleted);

        subscriber.Drained();
        _rig.Run();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(subscriber.WhenUncrowdedAsync().IsCompleted);
    }

    [Fact]
    public async Task The_end_of_a_connection_ends_the_wait()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        subscriber.Send([1]);
        subscriber.Send(new byte[Subscriber.MaxOwnBytes + 1]);
        _rig.Loop.RunOnce();
        subscriber.Send(new byte[Subscriber.MaxOwnBytes + 1]);
        var waiting = subscriber.WhenUncrowdedAsync();

        subscriber.Lost();
        _rig.Run();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await subscriber.WhenUncrowdedAsync()
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_connection_that_ended_is_sent_nothing_and_leaves_the_room()
    {
        _outlet.Then(SendResult.Sent, SendResult.Ended);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        Assert.Equal(1, _rig.Room.SubscriptionCount);

        _rig.Publish("one", "two");
        _rig.Run();
        subscriber.Send([1]);
        subscriber.End(StreamCloseCode.Restarting);
        subscriber.Drained();
        _rig.Publish("three");
        _rig.Run();

        Assert.True(subscriber.Finished.IsCompleted);
        Assert.Equal((0, 0), (_rig.Room.SubscriptionCount, _rig.Loop.ConnectionCount));
    }

    [Fact]
    public void A_connection_lost_before_it_began_leaves_nothing_behind()
    {
        var subscriber = new Subscriber(_rig.Loop, _outlet, Face.Ndjson, RoomRig.Bob);
        _rig.Enter("lobby", RoomRig.Bob);
        var subscription = new Subscription(_rig.Room, subscriber, Since.Now, GapPolicy.Oldest);
        Assert.Null(RoomDirectory.Enter(subscription));

        subscriber.Lost();
        subscriber.Start();
        subscriber.Attach(subscription);
        subscriber.Detach(subscription);
        _rig.Run();

        Assert.Empty(_outlet.Sends);
        Assert.Equal((0, 0), (_rig.Room.SubscriptionCount, _rig.Loop.ConnectionCount));
    }

    [Fact]
    public void Leaving_a_room_ends_its_lines_and_not_those_of_others()
    {
        var other = _rig.Create("other");
        var stays = new ScriptedOutlet();
        _rig.Subscribe(_rig.Connect(stays, RoomRig.Alice));
        var subscriber = _rig.Connect(_outlet, rooms: 2);
        var leaves = _rig.Subscribe(subscriber);
        _rig.Subscribe(subscriber, room: other);
        _rig.Run();

        subscriber.Detach(leaves);
        subscriber.Detach(leaves);
        _rig.Run();
        _rig.Publish("one");
        _rig.Do(Acts.Message("2"u8.ToArray(), null), room: other);
        _rig.Run();

        Assert.Equal("ready ready msg:1", RoomRig.Outline(_outlet));
        Assert.Equal("ready msg:1", RoomRig.Outline(stays));
        Assert.Equal((1, 1), (_rig.Room.SubscriptionCount, other.SubscriptionCount));
    }

    [Fact]
    public void A_detach_that_overtakes_its_attach_leaves_nothing_behind()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Enter("lobby", RoomRig.Bob);
        var subscription = new Subscription(_rig.Room, subscriber, Since.Now, GapPolicy.Oldest);
        Assert.Null(RoomDirectory.Enter(subscription));

        subscriber.Detach(subscription);
        subscriber.Attach(subscription);
        _rig.Run();

        Assert.Empty(_outlet.Sends);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void A_connection_that_becomes_somebody_elses_counts_out_who_came()
    {
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();

        subscriber.Caller = RoomRig.Alice;
        subscriber.Lost();
        _rig.Run();
        _rig.Rooms.AnnouncePresence();

        Assert.Empty(_rig.Room.Presence.Members().Names);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void What_goes_wrong_with_one_connection_ends_that_one_only()
    {
        var broken = _rig.Connect(new ThrowingOutlet());
        _rig.Subscribe(broken);
        _rig.Subscribe(_rig.Connect(_outlet, RoomRig.Alice));
        _rig.Run();

        _rig.Publish("one");
        _rig.Run();

        Assert.True(broken.Finished.IsCompleted);
        Assert.Equal("ready msg:1", RoomRig.Outline(_outlet));
        Assert.Equal(1, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void Readers_that_are_behind_get_the_current_text()
    {
        _outlet.Then(SendResult.Blocked);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber);
        _rig.Run();
        _rig.Publish("secret");
        _rig.Do(Acts.Erase(1, null), RoomRig.Alice);

        subscriber.Drained();
        _rig.Run();

        Assert.Equal("ready msg:1 erase:2", RoomRig.Outline(_outlet));
        Assert.DoesNotContain("secret", _outlet.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_was_put_together_before_an_erasure_is_not_sent_after_it()
    {
        _rig.Subscribe(_rig.Connect(new ScriptedOutlet(), RoomRig.Alice));
        _outlet.Then(SendResult.Blocked);
        var slow = _rig.Connect(_outlet);
        _rig.Subscribe(slow);
        _rig.Run();
        _rig.Publish("secret");
        _rig.Run();

        // The slow one is visited first, while the run of bytes for the fast one is still there.
        slow.Drained();
        _rig.Do(Acts.Erase(1, null), RoomRig.Alice);
        _rig.Run();

        Assert.DoesNotContain("secret", _outlet.All, StringComparison.Ordinal);
        Assert.Equal("ready msg:1 erase:2", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_face_without_form_of_a_line_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Subscriber(_rig.Loop, _outlet, Face.Line, RoomRig.Bob));
    }

    [Fact]
    public void The_plain_face_shows_texts_only()
    {
        _rig.Subscribe(_rig.Connect(_outlet, face: Face.PlainFrame));
        _rig.Run();

        _rig.Publish("one");
        _rig.Do(Acts.React(1, "+1", true));
        _rig.Do(Acts.Clear(), RoomRig.Owner);
        _rig.Publish(TestUsers.Names[2]);
        _rig.Run();

        Assert.Contains("{\"cmd\":\"empty\"}", _outlet.All, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", _outlet.All, StringComparison.Ordinal);
    }

    public void Dispose() => _rig.Dispose();
}
