using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

public sealed class ReceiveQueueTests
{
    private readonly ReceiveQueue _queue = new(MessageLimits.Default);

    [Theory]
    [InlineData(16, 1, 12)] // By count: 16 have room, and 4 are a quarter.
    [InlineData(8, 128 * 1024, 6)] // By bytes: 1 MiB has room, and 256 KiB are a quarter.
    public async Task It_is_full_at_its_bound_and_has_room_again_at_a_quarter(int fit, int bytes, int taken)
    {
        for (var i = 0; i < fit; i++)
        {
            Assert.True(Add(bytes).IsCompletedSuccessfully);
        }

        var waiting = Add(bytes);

        for (var i = 1; i < taken; i++)
        {
            Take();
            Assert.True(_queue.IsFull);
        }

        Assert.False(waiting.IsCompleted);
        Take();
        await Pair.Within(waiting);
        Assert.False(_queue.IsFull);
    }

    [Fact]
    public void A_message_larger_than_the_bound_is_taken_alone()
    {
        Assert.True(Add(2 * 1024 * 1024).IsCompletedSuccessfully);
        Assert.False(Add(1).IsCompleted);
    }

    private Task Add(int bytes) =>
        _queue.AddAsync(new Message(MessageKind.Binary, new byte[bytes]), Pair.Cancelled).AsTask();

    private void Take()
    {
        Assert.True(_queue.TryTake(TimeSpan.Zero, out var message));
        message?.Dispose();
    }
}
