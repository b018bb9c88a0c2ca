using Culvert.Server.Connections;

namespace Culvert.Tests.Connections;

/// <summary>A peer that sends in pieces, a reader of many habits and somebody who keeps waking it.</summary>
public sealed class SocketPipeReaderStressTests
{
    private const int Total = 3_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true, false, false)]
    [InlineData(2, false, false, false)]
    [InlineData(3, false, true, false)]
    [InlineData(4, true, true, false)]
    [InlineData(5, false, false, true)]
    [InlineData(6, false, true, true)]
    [InlineData(7, true, false, true)]
    [InlineData(8, true, true, true)]
    public async Task All_bytes_arrive_in_order(int seed, bool holds, bool watches, bool onLoop)
    {
        using var loops = new SocketLoops();
        using var pair = new SocketPair();
        using var reader = new SocketPipeReader(pair.Ours) { HoldsBuffer = holds, ResumesOnPool = seed % 2 == 0 };
        if (onLoop && loops.For(pair.Ours) is { } readiness)
        {
            Assert.True(reader.TryWaitOn(readiness));
        }

        using var over = new CancellationTokenSource();
        var sending = Task.Run(() => Send(pair, seed), Cancel);
        var canceling = Task.Run(() => CancelReadsAsync(reader, over.Token), Cancel);

        var total = await Task.Run(() => ReadAllAsync(reader, seed, watches), Cancel)
            .WaitAsync(SocketPair.Limit, Cancel);

        await over.CancelAsync();
        await Task.WhenAll(sending, canceling).WaitAsync(SocketPair.Limit, Cancel);
        Assert.Equal(Total, total);
    }

    private static async Task<int> ReadAllAsync(SocketPipeReader reader, int seed, bool watches)
    {
        var random = new Random(seed * 31);
        var position = 0;
        while (true)
        {
            var read = await reader.ReadAsync(Cancel);
            var length = (int)read.Buffer.Length;
            Assert.True(read.Buffer.IsSingleSegment);
            Check(read.Buffer.FirstSpan, position);
            var takesAll = read.IsCompleted || length > 100_000 || random.Next(2) == 0;
            var consumed = takesAll ? length : random.Next(length + 1);
            var examined = random.Next(consumed, length + 1);
            reader.AdvanceTo(read.Buffer.GetPosition(consumed), read.Buffer.GetPosition(examined));
            position += consumed;
            if (read.IsCompleted)
            {
                return position;
            }

            if (watches && random.Next(2) == 0)
            {
                reader.Watch();
            }
        }
    }

    private static void Send(SocketPair pair, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[20_000];
        for (var position = 0; position < Total;)
        {
            var most = random.Next(4) == 0 ? bytes.Length : 600;
            var piece = bytes.AsSpan(0, Math.Min(random.Next(1, most), Total - position));
            for (var i = 0; i < piece.Length; i++)
            {
                piece[i] = At(position + i);
            }

            pair.SendAll(piece);
            position += piece.Length;
        }

        pair.Peer.Shutdown(System.Net.Sockets.SocketShutdown.Send);
    }

    private static async Task CancelReadsAsync(SocketPipeReader reader, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            reader.CancelPendingRead();
            await Task.Yield();
        }
    }

    private static void Check(ReadOnlySpan<byte> bytes, int position)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(position + i))
            {
                Assert.Fail($"Byte {position + i} of the stream is another.");
            }
        }
    }

    private static byte At(int position) => (byte)((position * 31) ^ (position >> 8));
}
