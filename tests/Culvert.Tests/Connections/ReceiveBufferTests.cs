using System.Runtime.InteropServices;
using Culvert.Server.Connections;

namespace Culvert.Tests.Connections;

public sealed class ReceiveBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_holds_what_was_added_and_not_consumed(int seed)
    {
        var random = new Random(seed);
        var buffer = new ReceiveBuffer();
        var model = new List<byte>();
        var examined = 0;
        byte next = 0;
        for (var step = 0; step < 100_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var hadFree = buffer.HasFree;
                var before = Place(buffer);
                var free = buffer.Free().Span;
                Assert.False(free.IsEmpty);
                if (hadFree && before.Array.Length > 0)
                {
                    Assert.Equal(before, Place(buffer));
                }

                var count = random.Next(Math.Min(free.Length, 1500) + 1);
                for (var i = 0; i < count; i++)
                {
                    free[i] = next;
                    model.Add(next++);
                }

                buffer.Add(count);
            }
            else
            {
                var consumed = random.Next(3) == 0 ? model.Count : random.Next(model.Count + 1);
                examined = random.Next(consumed, model.Count + 1);
                var unread = buffer.Unread;
                buffer.Advance(
                    unread.GetPosition(consumed).GetInteger(), unread.GetPosition(examined).GetInteger());
                model.RemoveRange(0, consumed);
                examined -= consumed;
                if (model.Count == 0 && random.Next(2) == 0)
                {
                    buffer.Clear(keepsMemory: random.Next(2) == 0);
                }
            }

            Assert.Equal(model.Count, buffer.Length);
            Assert.Equal(examined < model.Count, buffer.HasUnexamined);
            Assert.True(buffer.Unread.FirstSpan.SequenceEqual(CollectionsMarshal.AsSpan(model)), $"step {step}");
        }

        buffer.Clear(keepsMemory: false);
    }

    [Fact]
    public void It_grows_to_its_bound_and_then_refuses()
    {
        var buffer = new ReceiveBuffer();
        while (buffer.Length < ReceiveBuffer.LargestBytes)
        {
            buffer.Add(buffer.Free().Length);
        }

        Assert.Equal(ReceiveBuffer.LargestBytes, buffer.Length);
        Assert.Throws<InvalidOperationException>(() => buffer.Free());
        buffer.Clear(keepsMemory: false);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void It_moves_to_the_front_when_half_of_it_is_consumed()
    {
        var buffer = new ReceiveBuffer();
        var size = buffer.Free().Length;
        buffer.Add(size);
        buffer.Advance(size / 2, size);

        Assert.Equal(size - (size / 2), buffer.Free().Length);
        buffer.Clear(keepsMemory: false);
    }

    private static (byte[] Array, int Offset) Place(in ReceiveBuffer buffer) =>
        buffer.Length > 0 && MemoryMarshal.TryGetArray(buffer.Unread.First, out var segment)
            ? (segment.Array!, segment.Offset)
            : ([], 0);
}
