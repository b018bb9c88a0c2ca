using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Tests.Pipes;

/// <summary>How sessions between two WebSockets end; each test is a row of the relay's event table.</summary>
public sealed class RelayEndTests
{
    [Theory]
    [InlineData(true, 1000, "")]
    [InlineData(false, 1000, "bye")]
    [InlineData(true, 4001, "mine")]
    [InlineData(false, 4001, "grüße")]
    [InlineData(true, 3000, "")]
    [InlineData(false, 1014, "x")]
    public async Task A_close_crosses_with_its_code_and_reason_after_all_data(bool isClient, int code, string reason)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendTextAsync("last");
        await x.SendCloseAsync(code, reason);

        Assert.Equal("last", await y.ReadTextAsync());
        var close = await y.ReadCloseAsync();
        Assert.Equal((code, reason), (close.Code, close.Reason));

        // The answer may be another, and data before it is still passed on.
        await y.SendTextAsync("late");
        await y.SendCloseAsync(4999, "answer");
        Assert.Equal("late", await x.ReadTextAsync());
        var answer = await x.ReadCloseAsync();
        Assert.Equal((4999, "answer"), (answer.Code, answer.Reason));
        await MustEndInOrderAsync(rig);
        var end = await rig.EndAsync();
        Assert.Equal((isClient ? "client" : "backend", "close"), (end.By, end.Reason));
        Assert.Equal(isClient ? (code, 4999) : (4999, code), (end.FirstCode, end.SecondCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_close_stays_empty_and_so_does_its_answer(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendAsync(x.Frames.Frame(Opcode.Close, []));
        Assert.Empty((await y.ReadCloseAsync()).Payload);
        await y.SendAsync(y.Frames.Frame(Opcode.Close, []));
        Assert.Empty((await x.ReadCloseAsync()).Payload);
        await MustEndInOrderAsync(rig);
        Assert.Equal(CloseCode.NoStatus, (await rig.EndAsync()).FirstCode);
    }

    [Theory]
    [InlineData(true, "03", 1002)]
    [InlineData(false, "03", 1002)]
    [InlineData(true, "0000", 1002)]
    [InlineData(false, "03EC", 1002)]
    [InlineData(true, "03ED", 1002)]
    [InlineData(false, "03EE", 1002)]
    [InlineData(true, "03F7", 1002)]
    [InlineData(false, "0BB7", 1002)]
    [InlineData(true, "03E8FF", 1007)]
    [InlineData(false, "03E8C328", 1007)]
    public async Task A_close_that_must_not_be_is_not_passed_on(bool isClient, string payload, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendAsync(x.Frames.Frame(Opcode.Close, Convert.FromHexString(payload)));

        Assert.Equal(isClient ? 1001 : 1011, (await y.ReadCloseAsync()).Code);
        Assert.Equal(code, (await x.ReadCloseAsync()).Code);
        await y.SendCloseAsync(1000);
        await MustEndInOrderAsync(rig);
        Assert.Equal("protocol-error", (await rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Both_closing_at_once_get_each_others_close_and_no_third()
    {
        await using var rig = await RelayRig.StartAsync();
        await Task.WhenAll(rig.Client.SendCloseAsync(4001, "c"), rig.BackEnd.SendCloseAsync(4002, "b"));

        Assert.Equal(4002, (await rig.Client.ReadCloseAsync()).Code);
        Assert.Equal(4001, (await rig.BackEnd.ReadCloseAsync()).Code);
        await MustEndInOrderAsync(rig);
        Assert.Equal((4001, 4002), await rig.EndAsync() is var e ? (e.FirstCode, e.SecondCode) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Data_after_a_close_is_ignored(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendCloseAsync(1000);
        await x.SendTextAsync("after");

        await y.ReadCloseAsync();
        await y.SendCloseAsync(1000);
        await x.ReadCloseAsync();
        await MustEndInOrderAsync(rig);
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    public async Task An_end_without_a_close_is_told_with_a_code_that_may_be_sent(bool isClient, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendTextAsync("last");
        x.Finish();

        Assert.Equal("last", await y.ReadTextAsync());
        var close = await y.ReadCloseAsync();
        Assert.Equal((code, isClient ? "relay: client gone" : "relay: backend closed"), (close.Code, close.Reason));
        await y.SendCloseAsync(code);
        y.Finish();
        var end = await rig.EndAsync();
        Assert.Equal((isClient ? "client" : "backend", "disconnect"), (end.By, end.Reason));
        Assert.Equal(CloseCode.Abnormal, isClient ? end.FirstCode : end.SecondCode);
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    public async Task A_reset_is_told_at_once(bool isClient, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await x.SendTextAsync("last");
        Assert.Equal("last", await y.ReadTextAsync());

        x.Reset();

        Assert.Equal(code, (await y.ReadCloseAsync()).Code);
        await y.SendCloseAsync(code);
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "reset");
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    public async Task Who_does_not_answer_a_ping_is_cut_off(bool isClient, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await rig.PassAsync(TimeSpan.FromSeconds(20.5));
        await x.ReadAsync();
        var ping = await y.ReadAsync();
        await y.SendAsync(y.Frames.Frame(Opcode.Pong, ping.Payload).Text("alive"));
        Assert.Equal("alive", await x.ReadTextAsync());

        await rig.PassAsync(TimeSpan.FromSeconds(20));

        await x.MustBreakAsync();
        Assert.Equal(code, (await NextCloseAsync(y)).Code);
        await y.SendCloseAsync(code);
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "ping-timeout");
    }

    [Theory]
    [InlineData("idle", 1001)]
    [InlineData("max-age", 1001)]
    [InlineData("shutdown", 1012)]
    [InlineData("auth-expired", 1008)]
    public async Task An_end_of_the_relays_own_is_told_to_both(string reason, int code)
    {
        await using var rig = await RelayRig.StartAsync(new RelayRules
        {
            PingInterval = TimeSpan.Zero,
            Idle = TimeSpan.FromSeconds(reason == "idle" ? 10 : 0),
            MaxLifetime = TimeSpan.FromSeconds(reason == "max-age" ? 10 : 0),
        });
        var draining = Task.CompletedTask;
        switch (reason)
        {
            case "shutdown":
                draining = rig.Table.DrainAsync(TestContext.Current.CancellationToken);
                break;
            case "auth-expired":
                rig.Relay.End(reason, Parting.Close(1008, "x"), Parting.Close(1001, "x"));
                break;
            default:
                await rig.PassAsync(TimeSpan.FromSeconds(11));
                break;
        }

        Assert.Equal(code, (await rig.Client.ReadCloseAsync()).Code);
        Assert.Equal(reason == "auth-expired" ? 1001 : code, (await rig.BackEnd.ReadCloseAsync()).Code);
        await rig.Client.SendCloseAsync(code);
        await rig.BackEnd.SendCloseAsync(code);
        await MustEndInOrderAsync(rig);
        Assert.Equal(("relay", reason), await rig.EndAsync() is var e ? (e.By, e.Reason) : default);
        await draining;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_that_is_never_answered_comes_back_as_its_own_and_tcp_ends(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await x.SendCloseAsync(4001, "own");
        await y.ReadCloseAsync();

        await rig.PassAsync(TimeSpan.FromSeconds(5.25));

        var echo = await x.ReadCloseAsync();
        Assert.Equal((4001, "own"), (echo.Code, echo.Reason));
        x.Finish();
        await rig.PassToEndAsync();
        Assert.Equal(("close", true), await rig.EndAsync() is var end ? (end.Reason, end.CloseTimedOut) : default);
    }

    [Fact]
    public async Task The_server_side_ends_tcp_first_and_a_peer_that_keeps_it_open_is_closed()
    {
        await using var rig = await RelayRig.StartAsync();
        await rig.Client.SendCloseAsync(1000);
        await rig.BackEnd.ReadCloseAsync();
        await rig.BackEnd.SendCloseAsync(1000);
        await rig.Client.ReadCloseAsync();

        // The client is ended; the back end has to end by itself, and has its time.
        await rig.Client.MustEndAsync();
        await rig.PassToEndAsync();

        await rig.BackEnd.MustBreakAsync();
        await rig.EndAsync();
    }

    [Fact]
    public async Task Ends_cross_in_under_a_second_while_nobody_sends()
    {
        await using var rig = await RelayRig.StartAsync();
        var started = TimeProvider.System.GetTimestamp();
        rig.BackEnd.Finish();
        await rig.Client.ReadCloseAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_client_that_sends_too_fast_is_told_so()
    {
        await using var rig = await RelayRig.StartAsync(new RelayRules { MessagesPerSecond = 5 });
        for (var i = 0; i < 21; i++)
        {
            await rig.Client.SendTextAsync("x");
            await rig.BackEnd.ReadTextAsync();
        }

        await rig.PassAsync(TimeSpan.FromSeconds(0.25));

        Assert.Equal(CloseCode.PolicyViolation, (await rig.Client.ReadCloseAsync()).Code);
        Assert.Equal(CloseCode.GoingAway, (await rig.BackEnd.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task Between_bytes_each_direction_ends_by_itself()
    {
        await using var rig = await RelayRig.StartAsync(LegKind.Bytes, LegKind.Bytes);
        await rig.Client.SendAsync("request"u8.ToArray());
        rig.Client.Finish();

        Assert.Equal("request"u8.ToArray(), await rig.BackEnd.ReadToEndAsync());
        await rig.BackEnd.SendAsync("answer"u8.ToArray());
        rig.BackEnd.Finish();
        Assert.Equal("answer"u8.ToArray(), await rig.Client.ReadToEndAsync());
        (await rig.EndAsync()).MustBe("client", "half-close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Between_bytes_a_reset_stays_a_reset(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(LegKind.Bytes, LegKind.Bytes);
        var (x, y) = rig.Sides(isClient);

        x.Reset();

        await y.MustBreakAsync();
        Assert.Equal("reset", (await rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task Half_of_a_pair_of_bytes_lingers_as_long_as_something_comes()
    {
        await using var rig = await RelayRig.StartAsync(LegKind.Bytes, LegKind.Bytes);
        rig.Client.Finish();
        await rig.BackEnd.MustEndAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(25));
        await rig.BackEnd.SendAsync("still"u8.ToArray());
        Assert.Equal("still"u8.ToArray(), await rig.Client.ReadBytesAsync(5));
        await rig.PassAsync(TimeSpan.FromSeconds(25));
        Assert.False(rig.Ending.IsCompleted);

        await rig.PassToEndAsync();

        await rig.Client.MustEndAsync();
        await rig.EndAsync();
    }

    /// <summary>Both directions are over: the client is ended first, and the back end ends itself.</summary>
    private static async Task MustEndInOrderAsync(RelayRig rig)
    {
        await rig.Client.MustEndAsync();
        rig.Client.Dispose();
        rig.BackEnd.Finish();
        await rig.BackEnd.ReadToEndAsync();
        await rig.EndAsync();
    }

    private static async Task<RawFrame> NextCloseAsync(RawPeer peer)
    {
        while (true)
        {
            var frame = await peer.ReadAsync();
            if (frame.Opcode == Opcode.Close)
            {
                return frame;
            }
        }
    }
}
