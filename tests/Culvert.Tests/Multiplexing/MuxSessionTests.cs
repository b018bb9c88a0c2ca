using System.Security.Cryptography;
using Culvert.Client.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>Streams between two sessions over a socket.</summary>
public sealed class MuxSessionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_direction_ends_and_the_other_goes_on()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();

        await MuxRig.WriteAsync(near, "question"u8.ToArray());
        near.Finish();
        Assert.Equal("question"u8.ToArray(), await MuxRig.ReadAllAsync(far));
        Assert.True(far.PeerFinished);
        Assert.Equal(MuxStreamEnd.None, far.End);
        await MuxRig.WriteAsync(far, "answer"u8.ToArray());
        far.Finish();

        Assert.Equal("answer"u8.ToArray(), await MuxRig.ReadAllAsync(near));
        Assert.True(near.PeerFinished);
        Assert.Equal(MuxStreamEnd.Finished, near.End);
        Assert.Equal(MuxStreamEnd.Finished, far.End);
        await near.DisposeAsync();
        await far.DisposeAsync();
        Assert.Equal(0, rig.Client.Figures.Streams);
        Assert.Equal(0, rig.Client.Figures.ResetHere + rig.Server.Figures.ResetHere);
    }

    [Fact]
    public async Task Either_end_opens_streams()
    {
        await using var rig = await MuxRig.StartAsync();
        var opened = await rig.Server.OpenAsync(MuxRig.Cancel);

        await MuxRig.WriteAsync(opened, new byte[300_000]);
        opened.Finish();
        var accepted = await rig.Client.AcceptAsync(MuxRig.Cancel).AsTask().WaitAsync(Limit, MuxRig.Cancel);

        Assert.Equal(2u, accepted!.Id);
        Assert.Equal(300_000, (await MuxRig.ReadAllAsync(accepted)).Length);
    }

    [Fact]
    public async Task A_reset_is_no_proper_end()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();
        await MuxRig.WriteAsync(near, "cut"u8.ToArray());
        await MuxRig.ReadAsync(far, 3);

        near.Abort();

        Assert.Empty(await MuxRig.ReadAllAsync(far));
        Assert.False(far.PeerFinished);
        Assert.Equal(MuxStreamEnd.ResetByPeer, far.End);
        Assert.Equal(MuxStreamEnd.Aborted, near.End);
        Assert.True((await far.Output.WriteAsync(new byte[10], MuxRig.Cancel)).IsCompleted);
        Assert.True((await near.Output.WriteAsync(new byte[10], MuxRig.Cancel)).IsCompleted);
        Assert.Empty(await MuxRig.ReadAllAsync(near));
    }

    [Fact]
    public async Task An_abort_ends_a_read_and_a_flush_under_way()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();
        var reading = far.Input.ReadAsync(MuxRig.Cancel).AsTask();
        var flushing = far.Output.WriteAsync(new byte[2_000_000], MuxRig.Cancel).AsTask();
        Assert.False(reading.IsCompleted);

        far.Abort();

        Assert.True((await reading.WaitAsync(Limit, MuxRig.Cancel)).IsCompleted);
        Assert.True((await flushing.WaitAsync(Limit, MuxRig.Cancel)).IsCompleted);
        await near.DisposeAsync();
    }

    [Fact]
    public async Task A_lost_carrier_never_looks_like_a_proper_end()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();
        await MuxRig.WriteAsync(near, "before"u8.ToArray());
        await MuxRig.ReadAsync(far, 6);

        rig.Cut();

        Assert.Equal(MuxSessionEndKind.CarrierLost, (await rig.ServerRun.WaitAsync(Limit, MuxRig.Cancel)).Kind);
        Assert.Equal(MuxSessionEndKind.CarrierLost, (await rig.ClientRun.WaitAsync(Limit, MuxRig.Cancel)).Kind);
        Assert.Empty(await MuxRig.ReadAllAsync(far));
        Assert.Equal((false, MuxStreamEnd.CarrierLost), (far.PeerFinished, far.End));
        Assert.Equal((false, MuxStreamEnd.CarrierLost), (near.PeerFinished, near.End));
        Assert.Null(await rig.Server.AcceptAsync(MuxRig.Cancel));
        await Assert.ThrowsAsync<MuxOpenException>(async () => await rig.Client.OpenAsync(MuxRig.Cancel));
    }

    [Fact]
    public async Task Five_hundred_streams_at_once_arrive_whole()
    {
        await using var rig = await MuxRig.StartAsync();
        var echoing = rig.EchoAsync();

        var exchanges = Enumerable.Range(0, 500).Select(n => ExchangeAsync(rig, 1 + (n * 211)));
        await Task.WhenAll(exchanges).WaitAsync(Limit, MuxRig.Cancel);
        await rig.Client.GoAwayAsync(MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);

        Assert.Equal(500, rig.Server.Figures.Accepted);
        Assert.Equal(0, rig.Client.Figures.Refused);
        rig.Client.Stop();
        await echoing.WaitAsync(Limit, MuxRig.Cancel);
    }

    [Fact]
    public async Task A_stalled_stream_holds_nobody_up()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();
        var stalled = near.Output.WriteAsync(new byte[1_000_000], MuxRig.Cancel).AsTask();
        var echoing = rig.EchoAsync();

        await ExchangeAsync(rig, 5_000_000).WaitAsync(Limit, MuxRig.Cancel);

        Assert.False(stalled.IsCompleted);
        Assert.Equal(256 * 1024, rig.Server.Figures.UnreadBytes);
        var reading = MuxRig.ReadAllAsync(far);
        await stalled.WaitAsync(Limit, MuxRig.Cancel);
        near.Finish();
        Assert.Equal(1_000_000, (await reading).Length);
        rig.Client.Stop();
        await echoing.WaitAsync(Limit, MuxRig.Cancel);
    }

    [Fact]
    public async Task Cancelling_a_wait_harms_nothing()
    {
        await using var rig = await MuxRig.StartAsync();
        using var accept = new CancellationTokenSource();
        var accepting = rig.Server.AcceptAsync(accept.Token).AsTask();
        await accept.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        var (near, far) = await rig.OpenAsync();

        using var read = new CancellationTokenSource();
        var reading = far.Input.ReadAsync(read.Token).AsTask();
        await read.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        using var flush = new CancellationTokenSource();
        var flushing = near.Output.WriteAsync(new byte[600_000], flush.Token).AsTask();
        Assert.False(flushing.IsCompleted);
        await flush.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushing);
        near.Finish();

        Assert.Equal(600_000, (await MuxRig.ReadAllAsync(far)).Length);
        Assert.True(far.PeerFinished);
    }

    [Fact]
    public async Task Everything_rented_is_given_back()
    {
        using var pool = new CountingPool();
        var options = new MuxSessionOptions { Pool = pool };
        await using (var rig = await MuxRig.StartAsync(options, options))
        {
            var echoing = rig.EchoAsync();
            await Task.WhenAll(Enumerable.Range(0, 50).Select(n => ExchangeAsync(rig, n * 5000)))
                .WaitAsync(Limit, MuxRig.Cancel);
            await rig.Client.GoAwayAsync(MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);
            await rig.Server.GoAwayAsync(MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);
            rig.Client.Stop();
            await echoing.WaitAsync(Limit, MuxRig.Cancel);
        }

        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public async Task Streams_cut_off_in_the_middle_give_back_what_they_rented()
    {
        using var pool = new CountingPool();
        var options = new MuxSessionOptions { Pool = pool };
        await using var rig = await MuxRig.StartAsync(options, options);
        var (near, far) = await rig.OpenAsync();
        var writing = near.Output.WriteAsync(new byte[1_000_000], MuxRig.Cancel).AsTask();
        await MuxRig.ReadAsync(far, 1000);
        Assert.NotEqual(0, pool.Rented);

        rig.Cut();
        await Task.WhenAll(rig.ClientRun, rig.ServerRun, writing).WaitAsync(Limit, MuxRig.Cancel);
        await near.DisposeAsync();
        await far.DisposeAsync();

        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public async Task A_stream_disposed_after_its_end_still_sends_what_waits()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();
        far.Finish();
        await MuxRig.ReadAllAsync(near);

        _ = near.Output.WriteAsync(new byte[500_000], MuxRig.Cancel).AsTask();
        near.Finish();
        await near.DisposeAsync();

        Assert.Equal(500_000, (await MuxRig.ReadAllAsync(far)).Length);
        Assert.True(far.PeerFinished);
        Assert.Equal(MuxStreamEnd.Finished, far.End);
    }

    [Fact]
    public async Task A_reader_that_leaves_does_not_stop_the_writer()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();

        await far.Input.CompleteAsync();
        await MuxRig.WriteAsync(near, new byte[2_000_000]);
        near.Finish();
        await MuxRig.WriteAsync(far, "done"u8.ToArray());
        far.Finish();

        Assert.Equal("done"u8.ToArray(), await MuxRig.ReadAllAsync(near));
        await near.DisposeAsync();
        await rig.Client.GoAwayAsync(MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);
        Assert.Equal(0, rig.Client.Figures.ResetHere + rig.Client.Figures.ResetByPeer);
    }

    private static async Task ExchangeAsync(MuxRig rig, int bytes)
    {
        var sent = RandomNumberGenerator.GetBytes(bytes);
        var stream = await rig.Client.OpenAsync(MuxRig.Cancel);
        await using (stream)
        {
            var reading = MuxRig.ReadAllAsync(stream);
            await stream.Output.WriteAsync(sent, MuxRig.Cancel);
            stream.Finish();
            Assert.Equal(SHA256.HashData(sent), SHA256.HashData(await reading));
            Assert.True(stream.PeerFinished);
        }
    }
}
