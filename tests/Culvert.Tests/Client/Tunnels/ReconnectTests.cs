using System.Text;
using Culvert.Client.Tunnels;
using Culvert.Protocol.WebSockets;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>What a session does when its connection is lost, and when coming back makes no sense.</summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_cut_connections_are_reset_and_names_are_there_again()
    {
        await using var pair = await TunnelPair.StartAsync();
        var log = new StateLog();
        var agent = await pair.ConnectAsync(log: log, throughRelay: true);
        var listener = await agent.ListenAsync("game-7", Cancel);
        await using var forward = await agent.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);
        await agent.ForwardRemoteAsync("target", pair.Rig.Target, Cancel);
        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();
        await using var remote = await pair.OpenFromAsync("target");
        using var remoteFar = await pair.Rig.AcceptAsync();
        var lost = log.NextAsync(change => change.State == TunnelState.Connecting);
        var back = log.NextAsync(change => change.State == TunnelState.Connected);

        pair.Relay.Cut();
        await near.MustBreakAsync();
        await remoteFar.MustBreakAsync();
        await far.MustBreakAsync();
        Assert.Equal("carrier_lost", (await lost).Error?.Code);
        await back;

        await using var stream = await pair.OpenFromAsync("game-7");
        await using var accepted = await listener.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        using var again = TunnelPair.Dial(forward);
        using var againFar = await pair.Rig.AcceptAsync();
        await again.SendAsync("x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), await againFar.ReadBytesAsync(1));
        var error = await Assert.ThrowsAsync<IOException>(() => remote.ReadAsync(new byte[1], Cancel).AsTask());
        Assert.Equal((DuplexStreamEnd.Reset, "The stream was reset by the other side."), (remote.End, error.Message));
    }

    [Fact]
    public async Task A_silent_carrier_is_lost_in_time_and_its_names_come_over_at_once()
    {
        await using var pair = await TunnelPair.StartAsync();
        var log = new StateLog();
        var time = new ManualTime();
        var options = pair.Options with
        {
            PingInterval = TimeSpan.FromMilliseconds(300),
            PongTimeout = TimeSpan.FromMilliseconds(700),
            TimeProvider = time,
        };
        var agent = await pair.ConnectAsync(options, log, throughRelay: true);
        var listener = await agent.ListenAsync("game-7", Cancel);
        await using var forward = await agent.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);
        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();
        var lost = log.NextAsync(change => change.State == TunnelState.Connecting);
        var back = log.NextAsync(change => change.State == TunnelState.Connected);

        pair.Relay.Silence();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!lost.IsCompleted && await pace.WaitForNextTickAsync(Cancel))
        {
            // Step by step: what had come before the silence counts from when it is read.
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        await near.MustBreakAsync();
        var why = (await lost).Error?.Message;
        await back;

        Assert.Equal("the connection was lost: no answer to a ping within 0.7 s", why);
        // The server's time stands still: for it, the old session is as alive as ever.
        await using var stream = await pair.OpenFromAsync("game-7");
        await using var accepted = await listener.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        Assert.False(agent.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_quiet_carrier_whose_pings_are_answered_stays()
    {
        await using var pair = await TunnelPair.StartAsync();
        var options = pair.Options with
        {
            PingInterval = TimeSpan.FromMilliseconds(50),
            PongTimeout = TimeSpan.FromSeconds(20),
        };
        var session = await pair.ConnectAsync(options);
        await using var stream = await session.OpenAsync(pair.Rig.Target, Cancel);
        using var target = await pair.Rig.AcceptAsync();
        var receiving = target.ReadBytesAsync(1);

        await Assert.ThrowsAsync<TimeoutException>(() => receiving.WaitAsync(TimeSpan.FromSeconds(1), Cancel));
        await stream.WriteAsync(new byte[1], Cancel);

        await receiving;
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized", 401)]
    [InlineData("HTTP/1.1 403 Forbidden", 403)]
    [InlineData("HTTP/1.1 404 Not Found", 404)]
    [InlineData("HTTP/1.1 426 Upgrade Required", 426)]
    public async Task A_refusal_of_the_request_itself_stops_it(string status, int expected)
    {
        using var server = new RawTunnelServer();
        var connecting = TunnelSession.ConnectAsync(server.Address, server.Options, Cancel).AsTask();
        var wire = await server.AgreeAsync();
        await using var session = await connecting.WaitAsync(Limit, Cancel);

        wire.Reset();
        await server.AnswerAsync($"{status}\r\nContent-Length: 0\r\n\r\n");
        var end = await session.Completion.WaitAsync(Limit, Cancel);

        Assert.Equal((TunnelStage.Connect, expected), (end?.Stage, end?.Status));
        Assert.Equal(TunnelState.Closed, session.State);
    }

    [Theory]
    [InlineData("Retry-After: 7\r\nContent-Length: 0\r\n\r\n", 7)]
    [InlineData("Content-Length: 0\r\n\r\n", 0)]
    public async Task A_server_that_is_busy_is_asked_again_no_sooner_than_it_says(string rest, int seconds)
    {
        using var server = new RawTunnelServer();
        var log = new StateLog();
        var told = log.NextAsync(change => change.Error?.Status == 503);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var options = server.Options with { WaitForServer = true };
        var connecting = TunnelSession.ConnectAsync(server.Address, options, log.Add, stop.Token).AsTask();

        await server.AnswerAsync($"HTTP/1.1 503 Service Unavailable\r\n{rest}");
        var change = await told;

        Assert.Equal(TimeSpan.FromSeconds(seconds), change.Delay);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Limit, Cancel));
    }

    [Theory]
    [InlineData(1008, "session_ended")]
    [InlineData(4110, "taken_over")]
    public async Task A_close_that_means_no_stops_it(int code, string expected)
    {
        using var server = new RawTunnelServer();
        var connecting = TunnelSession.ConnectAsync(server.Address, server.Options, Cancel).AsTask();
        using var wire = await server.AgreeAsync();
        await using var session = await connecting.WaitAsync(Limit, Cancel);

        await wire.SendCloseAsync(code, "no");
        var end = await session.Completion.WaitAsync(Limit, Cancel);

        Assert.Equal(expected, end?.Code);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(1012)]
    public async Task A_close_that_means_later_brings_it_back_with_another_id(int code)
    {
        using var server = new RawTunnelServer();
        var connecting = TunnelSession.ConnectAsync(server.Address, server.Options, Cancel).AsTask();
        using var wire = await server.AgreeAsync();
        var first = server.LastId;
        await using var session = await connecting.WaitAsync(Limit, Cancel);

        await wire.SendCloseAsync(code, "restarting");
        using var again = await server.AgreeAsync();

        Assert.NotEqual(first, server.LastId);
        Assert.Equal(32, server.LastId.Length);
    }

    [Fact]
    public async Task A_server_that_goes_away_is_left_for_the_next_and_disposing_waits_for_neither()
    {
        using var server = new RawTunnelServer();
        var connecting = TunnelSession.ConnectAsync(server.Address, server.Options, Cancel).AsTask();
        using var wire = await server.AgreeAsync();
        var session = await connecting.WaitAsync(Limit, Cancel);

        // A GoAway frame of yamux with code 0, and no Close behind it.
        await wire.SendAsync(wire.Frames.Frame(Opcode.Binary, [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        using var again = await server.AgreeAsync();
        await session.DisposeAsync().AsTask().WaitAsync(Limit, Cancel);

        Assert.Null(await session.Completion);
        var error = await Assert.ThrowsAsync<TunnelException>(() => session.OpenAsync("game-7", Cancel).AsTask());
        Assert.Equal(TunnelException.Closed, error.Code);
    }

    [Fact]
    public async Task A_text_message_is_answered_with_1003_and_a_ping_with_a_pong()
    {
        using var server = new RawTunnelServer();
        var connecting = TunnelSession.ConnectAsync(server.Address, server.Options, Cancel).AsTask();
        using var wire = await server.AgreeAsync();
        await using var session = await connecting.WaitAsync(Limit, Cancel);

        await wire.SendAsync(wire.Frames.Frame(Opcode.Ping, "are you there"u8.ToArray()));
        var pong = await ReadAsync(wire, Opcode.Pong);
        await wire.SendTextAsync("hello");
        var close = await ReadAsync(wire, Opcode.Close);

        Assert.Equal("are you there", Encoding.UTF8.GetString(pong.Payload));
        Assert.Equal(1003, (close.Payload[0] << 8) | close.Payload[1]);
    }

    private static async Task<RawFrame> ReadAsync(RawPeer wire, Opcode opcode)
    {
        while (true)
        {
            var frame = await wire.ReadAsync();
            if (frame.Header.Opcode == opcode)
            {
                return frame;
            }
        }
    }
}
