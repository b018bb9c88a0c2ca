using System.Diagnostics;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Tunnels;

namespace Culvert.IntegrationTests;

/// <summary>
/// Much through one tunnel: many bytes, many streams, one that nobody reads. <c>CULVERT_TEST_FULL=1</c> has the sizes
/// that are promised. And how connections end, which no load may change.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class TunnelLoadTests
{
    private const int Busy = 20;

    private static long BytesEachWay => Programs.IsFullRun ? 1L << 30 : 64L << 20;

    private static int Streams => Programs.IsFullRun ? 500 : 100;

    private static int Turns => Programs.IsFullRun ? 9 : 1;

    private static long BytesPerBusyStream => Programs.IsFullRun ? 32L << 20 : 4L << 20;

    [Fact]
    public async Task What_is_sent_arrives_in_both_directions_at_once()
    {
        await using var path = await TunnelPath.StartAsync();
        var (near, far) = await path.OpenAsync();
        using (near)
        using (far)
        {
            var started = Stopwatch.GetTimestamp();

            var sending = Task.WhenAll(
                ManyBytes.SendAsync(near, 1, BytesEachWay), ManyBytes.SendAsync(far, 2, BytesEachWay));
            var receiving = Task.WhenAll(ManyBytes.ReceiveAsync(far), ManyBytes.ReceiveAsync(near));

            Assert.Equal(await sending.Within(600), await receiving.Within(600));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Bounded.Print($"{BytesEachWay >> 20} MiB each way at once in {seconds:0.0} s");
        }
    }

    [Fact]
    public async Task Many_streams_at_once_each_get_their_own()
    {
        const long bytes = 256 * 1024;
        await using var path = await TunnelPath.StartAsync();
        var near = new List<Socket>();
        var far = new List<Socket>();
        try
        {
            for (var i = 0; i < Streams; i++)
            {
                near.Add(await path.ConnectAsync());
            }

            while (far.Count < Streams)
            {
                far.Add(await path.AcceptAsync());
            }

            // All are open before the first byte; each echoes to whoever it belongs to.
            var echoing = far.Select(ManyBytes.EchoAsync).ToList();
            var sending = Task.WhenAll(near.Select((socket, i) => ManyBytes.SendAsync(socket, i, bytes)));
            var receiving = Task.WhenAll(near.Select(ManyBytes.ReceiveAsync));

            Assert.Equal(await sending.Within(120), await receiving.Within(120));
            await Task.WhenAll(echoing).Within(30);
        }
        finally
        {
            near.ForEach(socket => socket.Dispose());
            far.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_costs_the_others_nothing()
    {
        await using var path = await TunnelPath.StartAsync();
        await MoveAsync(path);
        List<double> without = [];
        List<double> with = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            // A B, B A: a noisy moment meets both.
            foreach (var isStalled in turn % 2 == 0 ? [false, true] : (bool[])[true, false])
            {
                var rates = isStalled ? with : without;
                rates.Add(isStalled ? await MoveBesideStalledAsync(path) : await MoveAsync(path));
            }
        }

        var ratio = Median(with) / Median(without);
        Bounded.Print(
            $"{Busy} streams: {Median(without):0} MiB/s, beside a stalled one {Median(with):0} MiB/s: {ratio:0.000}");
        if (Programs.IsFullRun)
        {
            Assert.InRange(ratio, 0.95, double.MaxValue);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_of_one_direction_leaves_the_other_one_open(bool nearEndsFirst)
    {
        await using var path = await TunnelPath.StartAsync();
        var (near, far) = await path.OpenAsync();
        using (near)
        using (far)
        {
            var (first, second) = nearEndsFirst ? (near, far) : (far, near);

            var question = await ManyBytes.SendAsync(first, 1, 100_000).Within(30);
            Assert.Equal(question, await ManyBytes.ReceiveAsync(second).Within(30));

            // More than all buffers on the way hold together, and only after the end of the other direction.
            var answering = ManyBytes.SendAsync(second, 2, 32 << 20);
            var answer = await ManyBytes.ReceiveAsync(first).Within(60);
            Assert.Equal(await answering.Within(30), answer);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_arrives_as_a_reset(bool nearResets)
    {
        await using var path = await TunnelPath.StartAsync();
        var (near, far) = await path.OpenAsync();
        using (near)
        using (far)
        {
            var (breaking, other) = nearResets ? (near, far) : (far, near);
            await breaking.SendAsync(new byte[] { 1 }, Bounded.Cancelled);
            Assert.Equal(1, await other.ReceiveAsync(new byte[1], Bounded.Cancelled).Within(30));

            breaking.LingerState = new LingerOption(enable: true, seconds: 0);
            breaking.Close();

            var error = await Assert.ThrowsAsync<SocketException>(
                () => other.ReceiveAsync(new byte[1], Bounded.Cancelled).AsTask().Within(30));
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    /// <summary>Many streams bring their bytes from the target; returns MiB/s of all together.</summary>
    private static async Task<double> MoveAsync(TunnelPath path)
    {
        List<(Socket Near, Socket Far)> pairs = [];
        try
        {
            while (pairs.Count < Busy)
            {
                pairs.Add(await path.OpenAsync());
            }

            var started = Stopwatch.GetTimestamp();
            var receiving = pairs.ConvertAll(pair => ManyBytes.DiscardAsync(pair.Near));
            var sending = pairs.ConvertAll(pair => ManyBytes.PourAsync(pair.Far, BytesPerBusyStream));
            await Task.WhenAll([.. sending, .. receiving]).Within(120);
            return Busy * (BytesPerBusyStream >> 20) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            pairs.ForEach(pair => pair.Near.Dispose());
            pairs.ForEach(pair => pair.Far.Dispose());
        }
    }

    private static async Task<double> MoveBesideStalledAsync(TunnelPath path)
    {
        var (near, far) = await path.OpenAsync();
        var flooding = Task.CompletedTask;
        try
        {
            flooding = ManyBytes.FloodAsync(far);
            return await MoveAsync(path);
        }
        finally
        {
            near.Dispose();
            far.Dispose();
            await flooding.Within(30);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
