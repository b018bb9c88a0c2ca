using System.Buffers;
using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class LogPageTests : IDisposable
{
    private readonly RoomRig _rig = new();

    [Fact]
    public void It_takes_events_until_it_is_nearly_full()
    {
        _rig.PublishMany(100, 100);
        using var page = Fill(Face.Ndjson, 4096);

        Assert.InRange(page.Length, 4096 * 7 / 8, 4096);
        Assert.Equal(page.Count + 1, page.NextOffset);
        Assert.Equal(page.Count, RoomRig.Lines(Encoding.UTF8.GetString(page.Bytes)).Count);
    }

    [Fact]
    public void A_large_event_is_taken_whole()
    {
        _rig.Publish(new string('x', 50_000), "next");
        using var page = Fill(Face.Ndjson, 4096);

        Assert.Equal((1, 2L), (page.Count, page.NextOffset));
        Assert.True(page.Length > 50_000);
    }

    [Fact]
    public void It_ends_where_the_ring_ends()
    {
        _rig.PublishMany(3);
        using var page = Page(Face.Ndjson, 3);
        _rig.PublishMany(1);

        page.Close(Read(page, 3));

        Assert.Equal((1, 4L), (page.Count, page.NextOffset));
    }

    [Fact]
    public void It_keeps_where_events_start_for_streams_of_several_rooms()
    {
        _rig.PublishMany(3);
        using var page = new LogPage(_rig.Room, Face.EventStreamBody, 4096, new ArrayBufferWriter<byte>())
        {
            NextOffset = 1,
            Starts = [],
        };

        page.Close(Read(page, 1));

        Assert.Equal([1, 2, 3], page.Starts.Select(start => start.Offset));
        Assert.All(
            page.Starts,
            start => Assert.StartsWith("event: msg\n", Encoding.UTF8.GetString(page.Bytes[start.Start..])));
    }

    [Fact]
    public void A_face_that_shows_nothing_still_moves_on()
    {
        _rig.Publish("x");
        _rig.Do(Acts.Edit(1, "\"y\""u8.ToArray()));
        using var page = Page(Face.PlainFrame, 2);

        page.Close(Read(page, 2));

        Assert.Equal((1, 0, 3L), (page.Count, page.Length, page.NextOffset));
    }

    [Fact]
    public void When_everything_left_it_goes_on_at_the_floor()
    {
        _rig.PublishMany(5);
        using var page = Page(Face.Ndjson, 2);

        page.Close(new LogEnds(_rig.Room.Epoch, 6, 5, 6, 5, GapWhy.Retention));

        Assert.Equal((6L, 6L, GapWhy.Retention), (page.NextOffset, page.FloorOffset, page.FloorWhy));
    }

    public void Dispose() => _rig.Dispose();

    private LogPage Fill(Face face, int maxBytes)
    {
        var page = Page(face, 1, maxBytes);
        page.Close(Read(page, 1));
        return page;
    }

    private LogPage Page(Face face, long from, int maxBytes = 4096) =>
        new(_rig.Room, face, maxBytes, new ArrayBufferWriter<byte>()) { NextOffset = from };

    private LogEnds Read(LogPage page, long from) => Simulation.World.Sync(
        _rig.Inner.ReadEventsAsync(_rig.Room.Id, from, int.MaxValue, page, CancellationToken.None));
}
