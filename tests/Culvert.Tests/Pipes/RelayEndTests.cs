using System.Net.Sockets;
using Culvert.Protocol.WebSockets;
using Culvert.Tests.Pipes.Rows;
using Culvert.Tests.Support;

namespace Culvert.Tests.Pipes;

/// <summary>How peers end sessions between two WebSockets: the rows of sections 5.3 and 5.4.</summary>
public sealed class RelayEndTests
{
    [Theory]
    [InlineData(true, 1000, "")]
    [InlineData(false, 1000, "bye")]
    [InlineData(true, 1001, "gone")]
    [InlineData(false, 1012, "")]
    [InlineData(true, 4001, "mine")]
    [InlineData(false, 4001, "grüße")]
    [InlineData(true, 3000, "")]
    [InlineData(false, 4999, "\0")]
    [InlineData(false, 1014, "x")]
    [Row("5.3-01", Way.Sockets)]
    [Row("5.4-02", Way.Sockets)]
    public async Task Close_with_a_code_and_a_reason_crosses_after_all_data(bool isClient, int code, string reason)
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
        end.MustBe(isClient ? "client" : "backend", "close");
        Assert.Equal(isClient ? (code, 4999) : (4999, code), (end.FirstCode, end.SecondCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-02", Way.Sockets)]
    public async Task Close_with_an_empty_body_stays_empty_and_so_does_its_answer(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendCloseAsync([]);
        Assert.Empty((await y.ReadCloseAsync()).Payload);
        await y.SendCloseAsync([]);
        Assert.Empty((await x.ReadCloseAsync()).Payload);
        await MustEndInOrderAsync(rig);
        Assert.Equal(CloseCode.NoStatus, (await rig.EndAsync()).FirstCode);
    }

    [Theory]
    [MemberData(nameof(BadClose.Names), MemberType = typeof(BadClose))]
    [Row("5.3-03", Way.Sockets)]
    public async Task Close_with_a_body_that_must_not_be_is_not_passed_on(string payload, bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendCloseAsync(Convert.FromHexString(payload));

        Assert.Equal(isClient ? 1001 : 1011, (await y.ReadCloseAsync()).Code);
        Assert.Equal(BadClose.AnswerTo(payload), (await x.ReadCloseAsync()).Code);
        await y.SendCloseAsync(1000);
        await MustEndInOrderAsync(rig);
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "protocol-error");
    }

    [Fact]
    [Row("5.3-04", Way.Sockets)]
    public async Task Both_send_a_Close_at_the_same_time_and_get_each_others_and_no_third()
    {
        await using var rig = await RelayRig.StartAsync();
        await Task.WhenAll(rig.Client.SendCloseAsync(4001, "c"), rig.BackEnd.SendCloseAsync(4002, "b"));

        Assert.Equal(4002, (await rig.Client.ReadCloseAsync()).Code);
        Assert.Equal(4001, (await rig.BackEnd.ReadCloseAsync()).Code);
        await MustEndInOrderAsync(rig);
        var end = await rig.EndAsync();
        Assert.Equal((4001, 4002), (end.FirstCode, end.SecondCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-05", Way.Sockets)]
    public async Task Data_after_a_Close_is_ignored(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);

        await x.SendAsync(x.Frames.Frame(Opcode.Close, [3, 232]).Text("after").Raw(0xff, 0xff, 0xff));

        await y.ReadCloseAsync();
        await y.SendCloseAsync(1000);
        await x.ReadCloseAsync();
        await MustEndInOrderAsync(rig);
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "close");
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    [Row("5.3-06", Way.SocketsThere)]
    [Row("5.3-07", Way.SocketsBack)]
    public async Task FIN_without_a_Close_is_told_with_a_code_that_may_be_sent(bool isClient, int code)
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
        end.MustBe(isClient ? "client" : "backend", "disconnect");
        Assert.Equal(CloseCode.Abnormal, isClient ? end.FirstCode : end.SecondCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-06", Way.SocketsThere)]
    [Row("5.3-07", Way.SocketsBack)]
    public Task FIN_crosses_in_under_a_second_while_nobody_sends(bool isClient) =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var rig = await RelayRig.StartAsync();
            var (x, y) = rig.Sides(isClient);
            var started = TimeProvider.System.GetTimestamp();

            x.Finish();

            await y.ReadCloseAsync();
            return TimeProvider.System.GetElapsedTime(started);
        });

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    [Row("5.3-08", Way.Sockets)]
    public async Task Reset_is_told_at_once_after_what_had_come(bool isClient, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await x.SendTextAsync("last");
        await RelayRig.UntilAsync(() => rig.DirectionOf(isClient).Messages == 1);

        x.Reset();

        Assert.Equal("last", await y.ReadTextAsync());
        Assert.Equal(code, (await y.ReadCloseAsync()).Code);
        await y.SendCloseAsync(code);
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "reset");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-19", Way.Sockets)]
    public async Task Answer_to_a_Close_that_never_comes_is_its_own_and_TCP_ends(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await x.SendCloseAsync(4001, "own");
        await y.ReadCloseAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(4.5));
        Assert.Equal(0, x.Socket.Available);

        await rig.PassAsync(TimeSpan.FromSeconds(0.75));

        var echo = await x.ReadCloseAsync();
        Assert.Equal((4001, "own"), (echo.Code, echo.Reason));
        x.Finish();
        await rig.PassToEndAsync();
        Assert.Equal(("close", true), await rig.EndAsync() is var end ? (end.Reason, end.CloseTimedOut) : default);
    }

    [Fact]
    [Row("5.3-20", Way.SocketsBack)]
    public async Task TCP_kept_open_by_the_back_end_after_a_Close_is_cut_off()
    {
        await using var rig = await RelayRig.StartAsync();
        await rig.Client.SendCloseAsync(1000);
        await rig.BackEnd.ReadCloseAsync();
        await rig.BackEnd.SendCloseAsync(1000);
        await rig.Client.ReadCloseAsync();

        // The client is ended; the back end has to end by itself, and has its time.
        await rig.Client.MustEndAsync();
        rig.Client.Finish();
        await rig.PassAsync(TimeSpan.FromSeconds(4));
        Assert.False(rig.Ending.IsCompleted);
        await rig.PassToEndAsync();

        await rig.BackEnd.MustBreakAsync();
        await rig.EndAsync();
    }

    [Fact]
    [Row("5.3-20", Way.SocketsThere)]
    public async Task TCP_kept_open_by_the_client_after_a_Close_gets_our_end_first_and_is_cut_off()
    {
        await using var rig = await RelayRig.StartAsync();
        await rig.BackEnd.SendCloseAsync(1000);
        await rig.Client.ReadCloseAsync();
        await rig.Client.SendCloseAsync(1000);
        await rig.BackEnd.ReadCloseAsync();
        rig.BackEnd.Finish();
        await rig.BackEnd.MustEndAsync();

        await rig.Client.MustEndAsync();
        await rig.Client.SendTextAsync("still here");
        await rig.PassAsync(TimeSpan.FromSeconds(4));
        Assert.False(rig.Ending.IsCompleted);
        await rig.PassToEndAsync();

        await rig.EndAsync();
        await Assert.ThrowsAsync<SocketException>(() => rig.Client.SendAsync([1]));
    }

    /// <summary>Both directions are over: the client is ended first, and the back end ends itself.</summary>
    private static async Task MustEndInOrderAsync(RelayRig rig)
    {
        await rig.Client.MustEndAsync();
        rig.Client.Dispose();
        rig.BackEnd.Finish();
        await rig.BackEnd.MustEndAsync();
        await rig.EndAsync();
    }
}
