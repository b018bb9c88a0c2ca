using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class CatchUpTests : IDisposable
{
    private static readonly RoomOptions Small = new() { RingEvents = 4, QuantumBytes = 512, PageBytes = 1024 };

    private readonly RoomRig _rig = new(Small);
    private readonly ScriptedOutlet _outlet = new();

    [Fact]
    public void A_reader_behind_the_ring_reads_pages_and_then_is_ready()
    {
        _rig.PublishMany(100);
        _rig.Subscribe(_rig.Connect(_outlet), Since.Start);
        _rig.Run();

        Assert.Equal(RoomRig.Range(1, 100), RoomRig.Offsets(_outlet));
        var ready = RoomRig.Lines(_outlet.All)[^1];
        Assert.Equal("ready", ready.GetProperty("ev").GetString());
        Assert.Equal($"{_rig.Room.Epoch}-100", ready.GetProperty("cursor").GetString());
        Assert.Equal(100, ready.GetProperty("replayed").GetInt64());
        Assert.All(_outlet.Sends, send => Assert.InRange(send.Length, 1, 1200));
    }

    [Fact]
    public void A_cursor_resumes_after_its_event()
    {
        _rig.PublishMany(100);
        _rig.Subscribe(_rig.Connect(_outlet), RoomRig.After(_rig.Room, 60));
        _rig.Run();

        Assert.Equal(RoomRig.Range(61, 100), RoomRig.Offsets(_outlet));
    }

    [Fact]
    public void T1_48_A_stalled_reader_costs_little_delays_nobody_and_misses_nothing()
    {
        using var rig = new RoomRig();
        _outlet.Then(SendResult.Sent, SendResult.Blocked);
        var fast = new ScriptedOutlet();
        var slow = rig.Connect(_outlet);
        rig.Subscribe(slow);
        rig.Subscribe(rig.Connect(fast, RoomRig.Alice));
        rig.Run();

        for (var i = 0; i < 30; i++)
        {
            rig.PublishMany(100, 200);
            rig.Run();
        }

        Assert.Equal(RoomRig.Range(1, 3000), RoomRig.Offsets(fast));
        Assert.True(_outlet.Sends[^1].Length <= 64 * 1024, "More than 64 KiB are held for it.");
        Assert.True(slow.Own is null or { Count: 0 });
        Assert.All(slow.Subscriptions, subscription => Assert.Null(subscription.Page));
        slow.Drained();
        rig.Run();
        Assert.Equal(RoomRig.Range(1, 3000), RoomRig.Offsets(_outlet));
        Assert.All(_outlet.Sends, send => Assert.InRange(send.Length, 1, 64 * 1024));
        Assert.Single(RoomRig.Lines(_outlet.All), line => line.GetProperty("ev").GetString() == "ready");
    }

    [Fact]
    public void A_stalled_reader_of_many_rooms_holds_one_page()
    {
        var rooms = Enumerable.Range(0, 20).Select(i => _rig.Create($"r{i}")).ToList();
        foreach (var room in rooms)
        {
            for (var i = 0; i < 20; i++)
            {
                _rig.Do(Acts.Message("\"some text\""u8.ToArray(), null), room: room);
            }
        }

        _rig.Store.IsSlow = true;
        var subscriber = _rig.Connect(_outlet, rooms: rooms.Count);
        var subscriptions = rooms.ConvertAll(room => _rig.Subscribe(subscriber, Since.Start, room: room));
        _rig.Run();
        Assert.Equal(1, _rig.Store.Waiting);
        _outlet.Then(SendResult.Blocked);
        subscriber.Send([(byte)'\n']);
        _rig.Run();

        _rig.Store.Release(0);
        _rig.Run();
        Assert.Single(subscriptions, subscription => subscription.Page is not null);
        Assert.Equal(0, _rig.Store.Waiting);

        _rig.Store.IsSlow = false;
        subscriber.Drained();
        _rig.Run();
        Assert.Equal(20 * 20, RoomRig.Offsets(_outlet).Count());
        Assert.Equal(20, RoomRig.Lines(_outlet.All).Count(line => line.GetProperty("ev").GetString() == "ready"));
    }

    [Fact]
    public void The_handover_from_store_to_ring_is_whole_at_every_interleaving()
    {
        const int Steps = 7;
        var count = (int)Math.Pow(3, Steps);
        for (var order = 0; order < count; order++)
        {
            using var rig = new RoomRig(Small);
            var outlet = new ScriptedOutlet();
            rig.PublishMany(12);
            rig.Store.IsSlow = true;
            rig.Subscribe(rig.Connect(outlet), Since.Start);
            for (int step = 0, rest = order; step < Steps; step++, rest /= 3)
            {
                Take(rig, rest % 3);
            }

            Finish(rig);

            Assert.Equal(RoomRig.Range(1, rig.Room.LastOffset), RoomRig.Offsets(outlet));
            Assert.Single(RoomRig.Lines(outlet.All), line => line.GetProperty("ev").GetString() == "ready");
        }
    }

    [Fact]
    public void A_floor_that_passes_a_reader_is_a_gap_in_its_place()
    {
        _rig.PublishMany(30);
        _rig.Store.IsSlow = true;
        _rig.Subscribe(_rig.Connect(_outlet), RoomRig.After(_rig.Room, 3));
        _rig.Run();
        _rig.Store.IsSlow = false;
        _rig.Do(Acts.Clear(), RoomRig.Owner);
        _rig.Store.Release(0);
        _rig.Run();

        var lines = RoomRig.Lines(_outlet.All);
        var gap = lines.FindIndex(line => line.GetProperty("ev").GetString() == "gap");
        Assert.Equal(31, lines[gap].GetProperty("floor").GetInt64());
        Assert.Equal("cleared", lines[gap].GetProperty("why").GetString());
        var before = gap == 0 ? 3 : lines[gap - 1].GetProperty("offset").GetInt64();
        Assert.Equal(before, lines[gap].GetProperty("have").GetInt64());
        Assert.EndsWith("clear:31 ready", RoomRig.Outline(_outlet), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GapPolicy.Oldest, "gap clear:31 msg:32 ready")]
    [InlineData(GapPolicy.Snapshot, "gap clear:31 msg:32 ready")]
    public void A_cursor_below_the_floor_is_told_first(GapPolicy policy, string expected)
    {
        _rig.PublishMany(30);
        _rig.Do(Acts.Clear(), RoomRig.Owner);
        _rig.Publish("after");
        _rig.Subscribe(_rig.Connect(_outlet), RoomRig.After(_rig.Room, 3), policy);
        _rig.Run();

        Assert.Equal(expected, RoomRig.Outline(_outlet));
    }

    [Fact]
    public void A_snapshot_after_a_gap_is_short()
    {
        _rig.PublishMany(100);
        var foreign = Since.After(new RoomCursor("elsewhere", 7));
        _rig.Subscribe(_rig.Connect(_outlet), foreign, GapPolicy.Snapshot);
        _rig.Run();

        Assert.Equal("epoch", RoomRig.Lines(_outlet.All)[0].GetProperty("why").GetString());
        Assert.Equal(RoomRig.Range(51, 100), RoomRig.Offsets(_outlet));
    }

    [Theory]
    [InlineData(3, "cleared")]
    [InlineData(99, "ahead")]
    public void A_reader_that_wants_no_gap_is_refused(long offset, string why)
    {
        _rig.PublishMany(30);
        _rig.Do(Acts.Clear(), RoomRig.Owner);
        var subscription = new Subscription(
            _rig.Room, _rig.Connect(_outlet), RoomRig.After(_rig.Room, offset), GapPolicy.Reject);

        var refusal = RoomDirectory.Enter(subscription);

        Assert.Equal(ErrorCode.GapRejected, refusal!.Code);
        Assert.Contains($"({why})", refusal.Why, StringComparison.Ordinal);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_ends_the_connection_with_a_retry()
    {
        _rig.PublishMany(30);
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber, Since.Start);
        _rig.Store.ReadsFail = true;
        _rig.Run();

        Assert.Equal("bye", RoomRig.Outline(_outlet));
        Assert.Equal(StreamCloseCode.Overloaded, await subscriber.Finished);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    [Fact]
    public void A_connection_lost_while_a_page_is_read_takes_the_page_with_it()
    {
        _rig.PublishMany(30);
        _rig.Store.IsSlow = true;
        var subscriber = _rig.Connect(_outlet);
        _rig.Subscribe(subscriber, Since.Start);
        _rig.Run();
        subscriber.Lost();
        _rig.Run();

        _rig.Store.Release(0);
        _rig.Run();

        Assert.Empty(_outlet.Sends);
        Assert.Equal(0, _rig.Room.SubscriptionCount);
    }

    public void Dispose() => _rig.Dispose();

    private static void Take(RoomRig rig, int step)
    {
        switch (step)
        {
            case 0:
                rig.Loop.RunOnce();
                break;
            case 1 when rig.Store.Waiting > 0:
                rig.Store.Release(0);
                break;
            default:
                rig.Store.IsSlow = false;
                rig.PublishMany(1);
                rig.Store.IsSlow = true;
                break;
        }
    }

    private static void Finish(RoomRig rig)
    {
        rig.Store.IsSlow = false;
        while (rig.Store.Waiting > 0)
        {
            rig.Store.Release(0);
        }

        rig.Run();
    }
}
