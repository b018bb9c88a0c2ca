using Culvert.Server.Fanout.InProcess;
using Culvert.Server.Rooms;
using Culvert.Tests.Conformance;

namespace Culvert.Tests.Fanout;

public sealed class InProcessBusTests : BusConformance
{
    private readonly InProcessHub _hub = new();

    [Fact]
    public async Task Alone_nothing_is_kept()
    {
        await using var alone = _hub.Join();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = new BusMessage.Control(1);
        for (var count = 0; count < 1_000; count++)
        {
            alone.Send(message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    private protected override Task<BusEar> JoinAsync() => Task.FromResult(new BusEar(_hub.Join()));
}
