using System.Security.Cryptography;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>What a session gives its carrier.</summary>
public sealed class MuxBatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_carrier_may_change_what_it_sends()
    {
        var (near, far) = await MuxRig.ConnectAsync();
        var client = new MuxSession(new MaskingCarrier(near), MuxRole.Client, new());
        var server = new MuxSession(new MaskingCarrier(far), MuxRole.Server, new());
        var running = Task.WhenAll(client.RunAsync(MuxRig.Cancel), server.RunAsync(MuxRig.Cancel));
        var sent = RandomNumberGenerator.GetBytes(1_000_000);

        var stream = await client.OpenAsync(MuxRig.Cancel);
        var writing = stream.Output.WriteAsync(sent, MuxRig.Cancel).AsTask();
        var accepted = await server.AcceptAsync(MuxRig.Cancel).AsTask().WaitAsync(Limit, MuxRig.Cancel);
        var echoing = MuxRig.EchoAsync(accepted!);
        var reading = MuxRig.ReadAllAsync(stream);
        await writing.WaitAsync(Limit, MuxRig.Cancel);
        stream.Finish();

        Assert.Equal(sent, await reading);
        await echoing.WaitAsync(Limit, MuxRig.Cancel);
        client.Stop();
        server.Stop();
        await running.WaitAsync(Limit, MuxRig.Cancel);
    }

    [Fact]
    public async Task Streams_take_turns_by_frames_of_16_KiB()
    {
        var frames = await FramesAsync(100_000, 100_000, 5_000);

        Assert.Equal([1u, 3u, 5u], frames.Where(f => f.IsOfStream && f.Flags == MuxFlags.Syn).Select(f => f.StreamId));
        var data = frames.Where(f => f.Type == MuxFrameType.Data).ToList();
        Assert.Equal([1u, 3u, 5u, 1u, 3u, 1u, 3u], data.Take(7).Select(f => f.StreamId));
        // The last of a batch takes what room there is.
        Assert.All(data.Take(3), f => Assert.Equal(Math.Min(16_384u, f.StreamId == 5 ? 5000u : 100_000u), f.Length));
        Assert.All(data.Take(10), f => Assert.InRange(f.Length, 1u, 16_384u));
        Assert.Equal(100_000, data.Where(f => f.StreamId == 3).Sum(f => f.Length));
    }

    [Fact]
    public async Task A_stream_alone_fills_a_batch_with_one_frame()
    {
        var frames = await FramesAsync(100_000);

        var data = frames.Where(f => f.Type == MuxFrameType.Data).ToList();
        Assert.Equal(2, data.Count);
        // A batch of 64 KiB, less the SYN, the ping and the frame's own header.
        Assert.Equal((64u * 1024) - 36, data[0].Length);
        Assert.Equal((MuxFlags.Fin, 0u), (frames[^1].Flags, frames[^1].Length));
    }

    /// <summary>All frames of a client that has a stream for each of these sizes before it starts.</summary>
    private static async Task<List<MuxHeader>> FramesAsync(params int[] sizes)
    {
        var (near, far) = await MuxRig.ConnectAsync();
        var session = new MuxSession(new StreamCarrier(near), MuxRole.Client, new());
        foreach (var size in sizes)
        {
            var stream = await session.OpenAsync(MuxRig.Cancel);
            await MuxRig.WriteAsync(stream, new byte[size]);
            stream.Finish();
        }

        var running = session.RunAsync(MuxRig.Cancel);
        var frames = new List<MuxHeader>();
        var bytes = new byte[MuxHeader.Bytes];
        for (var ends = 0; ends < sizes.Length;)
        {
            await far.ReadExactlyAsync(bytes, MuxRig.Cancel).AsTask().WaitAsync(Limit, MuxRig.Cancel);
            Assert.Equal(MuxViolation.None, MuxHeader.Read(bytes, out var header));
            await far.ReadExactlyAsync(new byte[header.PayloadBytes], MuxRig.Cancel).AsTask()
                .WaitAsync(Limit, MuxRig.Cancel);
            frames.Add(header);
            ends += header.Flags == MuxFlags.Fin ? 1 : 0;
        }

        session.Stop();
        await far.DisposeAsync();
        await running.WaitAsync(Limit, MuxRig.Cancel);
        return frames;
    }
}
