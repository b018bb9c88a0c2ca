using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class WriterLoopTests : IDisposable
{
    private readonly RoomRig _rig = new();

    [Theory]
    [InlineData(Face.Ndjson)]
    [InlineData(Face.EventStream)]
    [InlineData(Face.Frame)]
    internal void A_delivery_allocates_nothing_once_warm(Face face)
    {
        const int Readers = 50;
        var outlets = Enumerable.Range(0, Readers).Select(_ => new CountingOutlet()).ToList();
        outlets.ForEach(outlet => _rig.Subscribe(_rig.Connect(outlet, face: face)));
        _rig.Run();

        // Per window of 500 turns: the compiler may still be at work in the first ones, and allocates too.
        var allocated = new long[6];
        for (var i = 0; i < 3000; i++)
        {
            _rig.Publish("some text");
            var encoded = new List<EncodedEvent>();
            Assert.True(_rig.Room.Ring.TryRead(_rig.Room.LastOffset, 1, encoded));

            // The form of the event is built once for all; that is not part of a delivery.
            _ = encoded[0].As(face);
            var before = GC.GetAllocatedBytesForCurrentThread();
            _rig.Loop.RunOnce();
            allocated[i / 500] += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Contains(0, allocated);
        Assert.All(outlets, outlet => Assert.Equal(3001, outlet.Sends));
    }

    [Fact]
    public void Things_heard_do_not_keep_connections_from_being_visited()
    {
        var outlet = new ScriptedOutlet();
        var subscriber = _rig.Connect(outlet);
        subscriber.Send("x\n"u8.ToArray());
        for (var i = 0; i < 20_000; i++)
        {
            subscriber.Drained();
        }

        Assert.True(_rig.Loop.RunOnce());

        Assert.Single(outlet.Sends);
    }

    [Fact]
    public async Task No_wake_up_is_lost()
    {
        const int Messages = 20_000;
        var echo = new EchoingOutlet();
        using var loops = new WriterLoops(1, _rig.Options, null!, TimeProvider.System); // No page is read here.
        var caller = RoomRig.Bob;
        var subscriber = new Subscriber(loops.All[0], echo, Face.Ndjson, caller);
        loops.Start();
        subscriber.Start();

        for (var i = 0; i < Messages; i++)
        {
            var sent = echo.NextAsync();
            subscriber.Send([1]);
            await sent.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        subscriber.End(StreamCloseCode.Restarting);
        Assert.Equal(
            StreamCloseCode.Restarting,
            await subscriber.Finished.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _rig.Dispose();
}
