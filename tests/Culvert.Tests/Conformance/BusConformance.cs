using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Fanout;

namespace Culvert.Tests.Conformance;

/// <summary>What every <see cref="IRoomBus"/> must do. The tests of one derive from it and run all of it.</summary>
public abstract class BusConformance
{
    [Fact]
    public async Task Others_hear_what_was_sent_in_order()
    {
        await using var from = await JoinAsync();
        await using var one = await JoinAsync();
        await using var two = await JoinAsync();

        foreach (var id in Enumerable.Range(1, 500))
        {
            from.Bus.Send(new BusMessage.Control(id));
        }

        foreach (var ear in new[] { one, two })
        {
            foreach (var id in Enumerable.Range(1, 500))
            {
                Assert.Equal(new BusMessage.Control(id), await ear.NextAsync());
            }
        }
    }

    [Fact]
    public async Task Nobody_hears_its_own()
    {
        await using var from = await JoinAsync();
        await using var other = await JoinAsync();

        from.Bus.Send(new BusMessage.Control(1));
        await other.NextAsync();
        other.Bus.Send(new BusMessage.Control(2));

        Assert.Equal(new BusMessage.Control(2), await from.NextAsync());
    }

    [Fact]
    public async Task What_several_send_at_once_stays_in_order_for_each()
    {
        await using var one = await JoinAsync();
        await using var two = await JoinAsync();
        await using var ear = await JoinAsync();

        await Task.WhenAll(SendAsync(one, 1), SendAsync(two, 2));

        var heard = new List<BusMessage.Presence>();
        while (heard.Count < 1_000)
        {
            heard.Add(Assert.IsType<BusMessage.Presence>(await ear.NextAsync()));
        }

        foreach (var group in heard.GroupBy(message => message.Incarnation))
        {
            Assert.Equal(Enumerable.Range(1, 500).Select(n => (long)n), group.Select(message => message.Version));
        }

        static Task SendAsync(BusEar from, long incarnation) => Task.Run(() =>
        {
            foreach (var version in Enumerable.Range(1, 500))
            {
                from.Bus.Send(new BusMessage.Presence(incarnation, version, []));
            }
        });
    }

    [Fact]
    public async Task Small_events_come_along_and_large_ones_at_least_wake_up()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();

        from.Bus.Send(new BusMessage.Moved(7, 1, [Event(1, 100)]));
        from.Bus.Send(new BusMessage.Moved(7, 2, [Event(2, 16 << 10)]));

        var small = Assert.IsType<BusMessage.Moved>(await ear.NextAsync());
        var large = Assert.IsType<BusMessage.Moved>(await ear.NextAsync());
        Assert.Equal((7L, 1L, 100), (small.RoomId, small.LastOffset, small.Events[0].Data.Length));
        Assert.Equal((7L, 2L), (large.RoomId, large.LastOffset));
        Assert.All(large.Events, one => Assert.Equal(16 << 10, one.Data.Length));
    }

    [Fact]
    public async Task News_for_many_users_reach_all_of_them()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();
        var users = Enumerable.Range(1, 20_000).Select(id => (long)id << 20).ToList();

        from.Bus.Send(new BusMessage.News(users, "lobby", "news"u8.ToArray(), "{}"u8.ToArray()));
        from.Bus.Send(new BusMessage.Control(1));

        var heard = await ear.UntilAsync(new BusMessage.Control(1));
        Assert.Equal(users, heard.SelectMany(message => ((BusMessage.News)message).UserIds));
    }

    [Fact]
    public async Task A_flood_is_bounded_and_what_was_dropped_is_told()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();
        const int Count = 200_000;

        foreach (var id in Enumerable.Range(1, Count))
        {
            from.Bus.Send(new BusMessage.Control(id));
        }

        // Either everything comes, or somewhere a loss shows; and messages never go back.
        var last = 0L;
        var lost = false;
        while (last < Count && !lost)
        {
            var message = (BusMessage.Control?)await ear.NextAsync();
            lost = message is null;
            Assert.True(lost || message!.LastId == last + 1);
            last = message?.LastId ?? last;
        }
    }

    /// <summary>A further node, which hears already.</summary>
    private protected abstract Task<BusEar> JoinAsync();

    private protected static LogEvent Event(long offset, int bytes) => new()
    {
        Kind = EventKind.Message,
        Offset = offset,
        Seq = offset,
        At = 1_790_000_000_000,
        Rev = 1,
        Actor = "alice"u8.ToArray(),
        Data = Enumerable.Repeat((byte)'x', bytes).ToArray(),
    };
}
