using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;

namespace Culvert.Tests.Rooms;

public sealed class ManyRoomsTests : IDisposable
{
    private readonly RoomRig _rig = new(new RoomOptions { RingEvents = 4, QuantumBytes = 600, PageBytes = 1024 });
    private readonly ScriptedOutlet _outlet = new();
    private readonly Room _other;

    public ManyRoomsTests()
    {
        _other = _rig.Create("other");
    }

    [Fact]
    public void A_stream_of_several_rooms_is_ready_once_and_when_all_are()
    {
        _rig.PublishMany(20);
        _rig.Store.IsSlow = true;
        Connect(Since.Start);
        _rig.Run();
        Assert.Equal("", RoomRig.Outline(_outlet));
        _rig.Store.IsSlow = false;
        _rig.Store.Release(0);
        _rig.Run();

        var lines = RoomRig.Lines(_outlet.All).Where(line => line.GetProperty("ev").GetString() == "ready");
        var ready = Assert.Single(lines);
        Assert.Equal(20, ready.GetProperty("replayed").GetInt64());
        Assert.Equal([("lobby", 20), ("other", 0)], Decode(ready.GetProperty("cursor").GetString()!));
    }

    [Fact]
    public void Every_event_carries_the_position_in_all_rooms()
    {
        Connect(Since.Now, Face.EventStreamBody);
        _rig.Run();
        _rig.Publish("one");
        _rig.Run();
        _rig.Publish("two");
        _rig.Run();
        PublishOther();
        _rig.Run();

        var parser = new WireParser(Face.EventStreamBody);
        var events = parser.Take(System.Text.Encoding.UTF8.GetBytes(_outlet.All)).ToList();
        Assert.Equal(["ready", "msg", "msg", "msg"], events.Select(each => each.Line.GetProperty("ev").GetString()));
        Assert.Equal([("lobby", 0), ("other", 0)], Decode(events[0].Id!));
        Assert.Equal([("lobby", 1), ("other", 0)], Decode(events[1].Id!));
        Assert.Equal([("lobby", 2), ("other", 0)], Decode(events[2].Id!));
        Assert.Equal([("lobby", 2), ("other", 1)], Decode(events[3].Id!));
    }

    [Fact]
    public void A_token_resumes_exactly_in_every_room()
    {
        var subscriber = Connect(Since.Now);
        _rig.Run();
        _rig.Publish("one");
        PublishOther();
        _rig.Run();
        subscriber.Lost();
        _rig.PublishMany(10);
        PublishOther();
        _rig.Run();
        var token = RoomRig.Lines(_outlet.All)[^1].GetProperty("cursor").GetString()!;
        Assert.True(CursorSet.TryDecode(token, out var cursors));

        var again = new ScriptedOutlet();
        var next = _rig.Connect(again, rooms: 2, isMultiRoom: true);
        foreach (var (name, cursor) in cursors)
        {
            _rig.Subscribe(next, Since.After(cursor), room: name == "lobby" ? _rig.Room : _other);
        }

        _rig.Run();

        var events = RoomRig.Lines(again.All).Where(line => line.GetProperty("ev").GetString() == "msg");
        var offsets = events.ToLookup(
            line => line.GetProperty("room").GetString(), line => line.GetProperty("offset").GetInt64());
        Assert.Equal(RoomRig.Range(2, 11), offsets["lobby"]);
        Assert.Equal([2L], offsets["other"]);
    }

    [Fact]
    public void No_position_is_told_before_all_rooms_are_attached()
    {
        var subscriber = _rig.Connect(_outlet, rooms: 2, isMultiRoom: true);
        _rig.PublishMany(3);
        _rig.Subscribe(subscriber, Since.Start);
        _rig.Run();
        Assert.Empty(_outlet.Sends);

        _rig.Subscribe(subscriber, Since.Start, room: _other);
        _rig.Run();

        Assert.Equal("msg:1 msg:2 msg:3 cursor ready", RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_stream_that_loses_the_room_it_waited_for_is_ready()
    {
        _rig.PublishMany(20);
        _rig.Store.IsSlow = true;
        Connect(Since.Start);
        _rig.Run();
        _rig.Store.IsSlow = false;

        _rig.Do(Acts.Ban(RoomRig.Bob.UserId, "bob", null, null), RoomRig.Owner);
        _rig.Run();

        Assert.Equal("bye ready", RoomRig.Outline(_outlet));
        var token = RoomRig.Lines(_outlet.All)[^1].GetProperty("cursor").GetString()!;
        Assert.Equal([("other", 0)], Decode(token));
    }

    [Fact]
    public void A_busy_room_does_not_starve_the_others()
    {
        Connect(Since.Now);
        _rig.Run();

        for (var turn = 0; turn < 20; turn++)
        {
            _rig.PublishMany(4, 300);
            if (turn == 10)
            {
                PublishOther();
            }

            _rig.Loop.RunOnce();
        }

        Assert.Contains(
            RoomRig.Lines(_outlet.All),
            line => line.TryGetProperty("room", out var room) && room.GetString() == "other");
    }

    public void Dispose() => _rig.Dispose();

    private static IEnumerable<(string Room, long Offset)> Decode(string token)
    {
        Assert.True(CursorSet.TryDecode(token, out var cursors));
        return cursors.Select(each => (each.Room, each.Cursor.Offset));
    }

    private void PublishOther() => _rig.Do(Acts.Message("1"u8.ToArray(), null), room: _other);

    private Subscriber Connect(Since since, Face face = Face.Ndjson)
    {
        var subscriber = _rig.Connect(_outlet, face: face, rooms: 2, isMultiRoom: true);
        _rig.Subscribe(subscriber, since);
        _rig.Subscribe(subscriber, since, room: _other);
        return subscriber;
    }
}
