using System.Net.Sockets;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

/// <summary>Measures the whole process, so nothing else may run meanwhile.</summary>
[Collection(nameof(FrontAllocationTests))]
[CollectionDefinition(nameof(FrontAllocationTests), DisableParallelization = true)]
public sealed class FrontAllocationTests
{
    private const int Requests = 10_000;

    [Fact]
    public async Task A_cached_answer_allocates_next_to_nothing()
    {
        await using var rig = new FrontRig();
        rig.Files.Write("a", "a");
        rig.Files.Get("/a");
        using var pair = new SocketPair();
        rig.Join(pair).Start();
        pair.SendAll("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        var answer = new byte[4096];
        var length = pair.Peer.Receive(answer);

        var least = long.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Ask(pair.Peer, answer, length);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least / Requests, 0, 63);
    }

    private static void Ask(Socket peer, byte[] answer, int length)
    {
        for (var i = 0; i < Requests; i++)
        {
            peer.Send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            for (var received = 0; received < length;)
            {
                received += peer.Receive(answer);
            }
        }
    }
}
