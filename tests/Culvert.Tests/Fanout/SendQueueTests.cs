using Culvert.Server.Fanout;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Fanout;

public sealed class SendQueueTests
{
    private readonly SendQueue _queue = new(99, maxMessages: 4, maxBytes: 1_000);
    private readonly Senders _senders = new(own: 1);

    [Fact]
    public void Messages_share_a_frame_as_long_as_they_fit()
    {
        Add(1, 2, 3);

        var frames = Take(maxFrameBytes: BusFrame.MaxHeadBytes + 7);

        Assert.Equal(["1 2", "3"], frames.Select(Show));
        Assert.All(frames, frame => Assert.True(_senders.Follows(frame)));
        Assert.Empty(Take());
    }

    [Fact]
    public void A_message_that_was_dropped_shows_before_the_next()
    {
        Add(1, 2, 3, 4, 5);
        var first = Assert.Single(Take());
        Add(6);
        var second = Assert.Single(Take());

        Assert.Equal(("1 2 3 4", "6"), (Show(first), Show(second)));
        Assert.True(_senders.Follows(first));
        Assert.False(_senders.Follows(second));
    }

    [Fact]
    public void A_message_that_was_dropped_shows_although_none_follows()
    {
        Add(1, 2, 3, 4, 5);
        Assert.True(_senders.Follows(Assert.Single(Take())));

        var empty = Assert.Single(Take());

        Assert.Equal(0, empty.Count);
        Assert.False(_senders.Follows(empty));
        Assert.Empty(Take());
        Add(6);
        Assert.True(_senders.Follows(Assert.Single(Take())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_that_did_not_arrive_show(bool moreWaits)
    {
        Add(1);
        Assert.True(_senders.Follows(Assert.Single(Take())));
        Add(2);
        Take();
        if (moreWaits)
        {
            Add(3);
        }

        _queue.TellOfLoss();

        Assert.False(_senders.Follows(Assert.Single(Take())));
    }

    [Fact]
    public void The_first_that_is_heard_of_a_sender_counts_as_a_loss_unless_it_is_its_first()
    {
        Add(1);
        Take();
        Add(2);

        Assert.False(_senders.Follows(Assert.Single(Take())));
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        var queue = new SendQueue(99, maxMessages: 100, maxBytes: 10);

        Assert.True(queue.TryAdd(new byte[10]));
        Assert.False(queue.TryAdd(new byte[1]));
        queue.Take(1_000, 10);
        Assert.True(queue.TryAdd(new byte[10]));
    }

    private void Add(params int[] ids)
    {
        foreach (var id in ids)
        {
            _queue.TryAdd(MessageWriter.Write(new BusMessage.Control(id)));
        }
    }

    private List<BusFrame> Take(int maxFrameBytes = 1_000) =>
        [.. _queue.Take(maxFrameBytes, 10).Select(bytes => BusFrame.Read(bytes)).OfType<BusFrame>()];

    private static string Show(BusFrame frame) =>
        string.Join(' ', frame.Messages.Select(message => ((BusMessage.Control)message).LastId));
}
