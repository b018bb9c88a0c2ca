using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

public sealed class RingTests : IDisposable
{
    private readonly RoomRig _rig = new();

    [Fact]
    public void An_empty_ring_holds_nothing_before_its_next_offset()
    {
        var ring = new Ring(5, 16, 1024);

        Assert.Equal((5L, 5L), (ring.FloorOffset, ring.NextOffset));
        Assert.Empty(Read(ring, 5));
        Assert.False(ring.TryRead(4, 1000, []));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(64)]
    public void The_oldest_event_leaves_first(int maxEvents)
    {
        var ring = new Ring(1, maxEvents, int.MaxValue);

        for (var offset = 1; offset <= 100; offset++)
        {
            ring.Append(Event(offset));
            Assert.Equal(Math.Max(1, offset - maxEvents + 1), ring.FloorOffset);
            Assert.Equal(RoomRig.Range(ring.FloorOffset, offset), Read(ring, ring.FloorOffset));
        }
    }

    [Fact]
    public void The_bytes_are_bounded()
    {
        var length = Event(1).Length;
        var ring = new Ring(1, 16, (3 * length) + 1);

        for (var offset = 1; offset <= 9; offset++)
        {
            ring.Append(Event(offset));
        }

        Assert.Equal([7, 8, 9], Read(ring, 7));
        Assert.Equal(7, ring.FloorOffset);
    }

    [Fact]
    public void The_newest_event_stays_however_large_it_is()
    {
        var ring = new Ring(1, 16, 100);

        ring.Append(Event(1));
        ring.Append(Event(2, new string('x', 500)));

        Assert.Equal([2], Read(ring, 2));
        Assert.Equal(2, ring.FloorOffset);
    }

    [Fact]
    public void A_read_stops_after_the_event_that_passes_the_bytes()
    {
        var ring = new Ring(1, 16, 10_000);
        for (var offset = 1; offset <= 9; offset++)
        {
            ring.Append(Event(offset));
        }

        Assert.Equal([3], Read(ring, 3, 0));
        Assert.Equal([3, 4], Read(ring, 3, Event(3).Length));
        Assert.Equal([8, 9], Read(ring, 8, 100_000));
    }

    [Fact]
    public void A_new_text_replaces_the_message_and_its_edits()
    {
        var ring = new Ring(1, 16, 10_000);
        ring.Append(Event(1, "old", seq: 1));
        ring.Append(Event(2, "other", seq: 2));
        ring.Append(Event(3, "old", EventKind.Edit, seq: 1, rev: 2));
        var version = ring.Version;

        ring.ReplaceText(1, TestAppend.Json("new"), 3);

        Assert.NotEqual(version, ring.Version);
        var events = new List<EncodedEvent>();
        Assert.True(ring.TryRead(1, 10_000, events));
        var lines = events.ConvertAll(encoded => Encoding.UTF8.GetString(encoded.As(Face.Line)));
        Assert.Contains("\"rev\":3", lines[0], StringComparison.Ordinal);
        Assert.Contains("new", lines[0], StringComparison.Ordinal);
        Assert.Contains("other", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"rev\":2", lines[2], StringComparison.Ordinal);
        Assert.Contains("new", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void An_erased_text_leaves_the_ring()
    {
        var ring = new Ring(1, 16, 10_000);
        ring.Append(Event(1, "secret", seq: 1));

        ring.ReplaceText(1, default, 1);

        var events = new List<EncodedEvent>();
        Assert.True(ring.TryRead(1, 10_000, events));
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(events[0].As(Face.Line)), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(events[0].As(Face.Ndjson)), StringComparison.Ordinal);
        Assert.Contains("\"erased\":true", Encoding.UTF8.GetString(events[0].As(Face.Line)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 4)]
    [InlineData(10, 10)]
    [InlineData(99, 10)]
    public void What_is_below_an_offset_can_be_forgotten(long offset, long floor)
    {
        var ring = new Ring(1, 16, 10_000);
        for (var i = 1; i <= 9; i++)
        {
            ring.Append(Event(i));
        }

        ring.DropBelow(offset);

        Assert.Equal((floor, 10L), (ring.FloorOffset, ring.NextOffset));
        Assert.Equal(RoomRig.Range(floor, 9), Read(ring, floor));
    }

    [Fact]
    public void A_log_that_went_on_without_the_ring_starts_it_anew()
    {
        var ring = new Ring(1, 16, 10_000);
        ring.Append(Event(1));

        ring.Append(Event(5));

        Assert.Equal((5L, 6L), (ring.FloorOffset, ring.NextOffset));
        Assert.False(ring.TryRead(2, 1000, []));
    }

    [Fact]
    public void A_restart_forgets_everything_and_never_goes_back()
    {
        var ring = new Ring(1, 16, 10_000);
        ring.Append(Event(1));
        var version = ring.Version;

        ring.Restart(4);
        ring.Restart(2);

        Assert.Equal((4L, 4L), (ring.FloorOffset, ring.NextOffset));
        Assert.NotEqual(version, ring.Version);
    }

    public void Dispose() => _rig.Dispose();

    private static List<long> Read(Ring ring, long offset, int maxBytes = 1_000_000)
    {
        var events = new List<EncodedEvent>();
        Assert.True(ring.TryRead(offset, maxBytes, events));
        return events.ConvertAll(encoded => encoded.Offset);
    }

    private EncodedEvent Event(
        long offset, string text = "hello", EventKind kind = EventKind.Message, long seq = 0, int rev = 1)
    {
        var act = kind == EventKind.Edit
            ? Acts.Edit(seq, TestAppend.Json(text))
            : Acts.Message(TestAppend.Json(text), null);
        return EncodedEvent.Of(_rig.Room, new SimulatedAppend(_rig.Room, RoomRig.Alice, act, false, static _ => { })
        {
            Offset = offset,
            Seq = seq,
            Rev = rev,
        });
    }
}
