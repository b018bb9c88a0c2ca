using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Tests.Support;

namespace Culvert.Tests.Multiplexing;

/// <summary>How sessions end, and the limits in time.</summary>
public sealed class MuxSessionEndTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task After_a_go_away_open_streams_go_on_and_new_ones_are_refused()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();

        var draining = rig.Server.GoAwayAsync(MuxRig.Cancel);
        await rig.Client.PeerLeaves.WaitAsync(Limit, MuxRig.Cancel);
        Assert.False(draining.IsCompleted);
        var refused = await Assert.ThrowsAsync<MuxOpenException>(async () => await rig.Client.OpenAsync(MuxRig.Cancel));
        Assert.Equal(MuxOpening.GoneAway, refused.Why);
        await MuxRig.WriteAsync(near, "still"u8.ToArray());
        near.Finish();
        far.Finish();
        Assert.Equal("still"u8.ToArray(), await MuxRig.ReadAllAsync(far));

        await draining.WaitAsync(Limit, MuxRig.Cancel);
        rig.Server.Stop();
        Assert.Equal(MuxSessionEndKind.Closed, (await rig.ServerRun.WaitAsync(Limit, MuxRig.Cancel)).Kind);
        Assert.Equal(MuxSessionEndKind.PeerClosed, (await rig.ClientRun.WaitAsync(Limit, MuxRig.Cancel)).Kind);
    }

    [Fact]
    public async Task Streams_open_at_the_end_of_a_session_did_not_finish()
    {
        await using var rig = await MuxRig.StartAsync();
        var (near, far) = await rig.OpenAsync();

        rig.Server.Stop();

        Assert.Empty(await MuxRig.ReadAllAsync(near));
        Assert.Empty(await MuxRig.ReadAllAsync(far));
        Assert.Equal((false, MuxStreamEnd.SessionClosed), (far.PeerFinished, far.End));
        Assert.Equal((false, MuxStreamEnd.SessionClosed), (near.PeerFinished, near.End));
    }

    [Fact]
    public async Task The_token_of_the_run_ends_it_in_order()
    {
        var (near, far) = await MuxRig.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var running = new MuxSession(new StreamCarrier(near), MuxRole.Client, new()).RunAsync(stop.Token);

        await stop.CancelAsync();
        using var frames = new MemoryStream();
        await far.CopyToAsync(frames, MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);
        await far.DisposeAsync();

        Assert.Equal(MuxSessionEndKind.Closed, (await running.WaitAsync(Limit, MuxRig.Cancel)).Kind);
        Assert.Equal("000300000000000000000000", LastFrame(frames));
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_told_and_left()
    {
        var (near, far) = await MuxRig.ConnectAsync();
        var running = new MuxSession(new StreamCarrier(near), MuxRole.Server, new()).RunAsync(MuxRig.Cancel);

        await far.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), MuxRig.Cancel);
        using var frames = new MemoryStream();
        await far.CopyToAsync(frames, MuxRig.Cancel).WaitAsync(Limit, MuxRig.Cancel);
        await far.DisposeAsync();

        var end = await running.WaitAsync(Limit, MuxRig.Cancel);
        Assert.Equal((MuxSessionEndKind.ProtocolError, MuxViolation.BadVersion), (end.Kind, end.Violation));
        Assert.Equal("000300000000000000000001", LastFrame(frames));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_carrier_that_ends_in_order_may_not_cut_streams(bool isOpen)
    {
        var (near, far) = await MuxRig.ConnectAsync();
        var session = new MuxSession(new StreamCarrier(near), MuxRole.Server, new());
        var running = session.RunAsync(MuxRig.Cancel);
        MuxStream? stream = null;
        if (isOpen)
        {
            await far.WriteAsync(MuxWire.Data(1, 5, MuxFlags.Syn), MuxRig.Cancel);
            stream = await session.AcceptAsync(MuxRig.Cancel).AsTask().WaitAsync(Limit, MuxRig.Cancel);
        }

        far.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        var kind = isOpen ? MuxSessionEndKind.CarrierLost : MuxSessionEndKind.PeerClosed;
        Assert.Equal(kind, (await running.WaitAsync(Limit, MuxRig.Cancel)).Kind);
        Assert.Equal(isOpen ? MuxStreamEnd.CarrierLost : null, stream?.End);
        await far.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_that_gives_up_ends_the_session()
    {
        var (near, far) = await MuxRig.ConnectAsync();
        var running = new MuxSession(new StreamCarrier(near), MuxRole.Server, new()).RunAsync(MuxRig.Cancel);

        await far.WriteAsync(MuxWire.Frame(MuxFrameType.GoAway, MuxFlags.None, 0, 2), MuxRig.Cancel);
        await far.DisposeAsync();

        Assert.Equal(MuxSessionEndKind.PeerFailed, (await running.WaitAsync(Limit, MuxRig.Cancel)).Kind);
    }

    [Fact]
    public async Task A_stream_that_nobody_accepts_in_time_is_reset()
    {
        var time = new ManualTimeProvider();
        await using var rig = await MuxRig.StartAsync(new MuxSessionOptions { TimeProvider = time });
        var stream = await rig.Client.OpenAsync(MuxRig.Cancel);

        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Empty(await MuxRig.ReadAllAsync(stream));
        Assert.Equal(MuxStreamEnd.NotAccepted, stream.End);
    }

    [Fact]
    public async Task Beyond_the_peers_backlog_a_stream_is_refused()
    {
        await using var rig = await MuxRig.StartAsync(
            server: new MuxSessionOptions { Limits = new MultiplexerOptions { AcceptBacklog = 1 } });
        var first = await rig.Client.OpenAsync(MuxRig.Cancel);
        var second = await rig.Client.OpenAsync(MuxRig.Cancel);

        Assert.Empty(await MuxRig.ReadAllAsync(second));

        Assert.Equal(MuxStreamEnd.Refused, second.End);
        Assert.Equal(MuxStreamEnd.None, first.End);
    }

    [Fact]
    public async Task Opening_waits_while_as_many_wait_for_the_peer_as_its_backlog_takes()
    {
        await using var rig = await MuxRig.StartAsync(
            new MuxSessionOptions { Limits = new MultiplexerOptions { AcceptBacklog = 2 } });
        await rig.Client.OpenAsync(MuxRig.Cancel);
        await rig.Client.OpenAsync(MuxRig.Cancel);

        var opening = rig.Client.OpenAsync(MuxRig.Cancel).AsTask();
        Assert.False(opening.IsCompleted);
        await rig.AcceptAsync();
        var third = await opening.WaitAsync(Limit, MuxRig.Cancel);

        Assert.Equal(5u, third.Id);
        var fourth = rig.Client.OpenAsync(MuxRig.Cancel).AsTask();
        rig.Client.Stop();
        await Assert.ThrowsAsync<MuxOpenException>(() => fourth.WaitAsync(Limit, MuxRig.Cancel));
    }

    [Fact]
    public async Task A_finished_stream_waits_for_the_peers_end_only_so_long()
    {
        var time = new ManualTimeProvider();
        await using var rig = await MuxRig.StartAsync(new MuxSessionOptions { TimeProvider = time });
        var (near, far) = await rig.OpenAsync();

        // What comes back is behind the acknowledgement, without which the stream would be overdue for another reason.
        await MuxRig.WriteAsync(far, "x"u8.ToArray());
        await MuxRig.ReadAsync(near, 1);
        near.Finish();
        await MuxRig.ReadAllAsync(far);
        await near.DisposeAsync();

        time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(MuxStreamEnd.None, near.End);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(MuxStreamEnd.Aborted, near.End);
    }

    [Fact]
    public async Task A_silent_peer_is_asked_and_then_left()
    {
        var time = new ManualTimeProvider();
        var (near, far) = await MuxRig.ConnectAsync();
        var options = new MuxSessionOptions { TimeProvider = time, SilenceLimit = TimeSpan.FromSeconds(30) };
        var running = new MuxSession(new StreamCarrier(near), MuxRole.Server, options).RunAsync(MuxRig.Cancel);

        time.Advance(TimeSpan.FromSeconds(25));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));

        var end = await running.WaitAsync(Limit, MuxRig.Cancel);
        Assert.Equal((MuxSessionEndKind.CarrierLost, "silent for 30 s"), (end.Kind, end.Why));
        await far.DisposeAsync();
    }

    private static string LastFrame(MemoryStream frames) =>
        Convert.ToHexStringLower(frames.ToArray().AsSpan()[^MuxHeader.Bytes..]);
}
