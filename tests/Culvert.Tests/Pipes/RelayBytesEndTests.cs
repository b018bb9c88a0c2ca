using System.Net.Sockets;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>How sessions with bytes at one end or at both come to an end: the rows of sections 5.3 and 5.4.</summary>
public sealed class RelayBytesEndTests
{
    [Theory]
    [InlineData(true, 1000, "")]
    [InlineData(false, 1000, "bye")]
    [InlineData(true, 4001, "mine")]
    [InlineData(false, 3000, "grüße")]
    [InlineData(true, 1014, "")]
    [Row("5.3-01", Way.ToBytes)]
    [Row("5.4-02", Way.ToBytes)]
    public async Task Close_with_a_code_is_answered_at_once_and_ends_the_bytes_after_all_data(
        bool socketIsFirst, int code, string reason)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        var data = new byte[200_000];
        var sending = socket.SendAsync(socket.Frames.Frame(Opcode.Binary, data));
        Assert.Equal(data[..1000], await bytes.ReadBytesAsync(1000));
        var closing = CloseAsync();

        // Nobody has ended the bytes toward it, and it is answered all the same.
        Assert.Equal(199_000, (await bytes.ReadToEndAsync()).Length);
        await closing;
        var answer = await socket.ReadCloseAsync();
        Assert.Equal((code, reason), (answer.Code, answer.Reason));
        (await EndAsync(rig)).MustBe(socketIsFirst ? "client" : "backend", "close");

        async Task CloseAsync()
        {
            await sending;
            await socket.SendCloseAsync(code, reason);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-02", Way.ToBytes)]
    public async Task Close_with_an_empty_body_is_answered_with_one_and_ends_the_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        await socket.SendCloseAsync([]);

        Assert.Empty((await socket.ReadCloseAsync()).Payload);
        await bytes.MustEndAsync();
        var end = await EndAsync(rig);
        Assert.Equal(CloseCode.NoStatus, socketIsFirst ? end.FirstCode : end.SecondCode);
    }

    [Theory]
    [MemberData(nameof(BadClose.Names), MemberType = typeof(BadClose))]
    [Row("5.3-03", Way.ToBytes)]
    public async Task Close_with_a_body_that_must_not_be_resets_the_bytes(string payload, bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        await socket.SendCloseAsync(Convert.FromHexString(payload));

        Assert.Equal(BadClose.AnswerTo(payload), (await socket.ReadCloseAsync()).Code);
        await bytes.MustBreakAsync();
        (await EndAsync(rig)).MustBe(socketIsFirst ? "client" : "backend", "protocol-error");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-05", Way.ToBytes)]
    public async Task Data_after_a_Close_is_no_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        await socket.SendAsync(socket.Frames.Text("before").Frame(Opcode.Close, [3, 232]).Text("after"));

        Assert.Equal("before"u8.ToArray(), await bytes.ReadToEndAsync());
        await EndAsync(rig);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-06", Way.ToBytesThere)]
    [Row("5.3-07", Way.ToBytesBack)]
    public async Task FIN_of_a_WebSocket_without_a_Close_ends_the_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        await socket.SendTextAsync("last");
        socket.Finish();

        Assert.Equal("last"u8.ToArray(), await bytes.ReadToEndAsync());

        // The answer may still matter.
        await bytes.SendAsync("answer"u8.ToArray());
        Assert.Equal("answer", (await socket.ReadAsync()).Text);
        (await EndAsync(rig)).MustBe(socketIsFirst ? "client" : "backend", "disconnect");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-06", Way.ToBytesThere)]
    public async Task FIN_of_a_WebSocket_without_a_Close_resets_the_bytes_where_the_rules_say_so(bool socketIsFirst)
    {
        // Of the one end and not of the other.
        foreach (var isMeant in (bool[])[true, false])
        {
            var ofFirst = socketIsFirst == isMeant;
            await using var rig = await RelayRig.StartAsync(
                socketIsFirst,
                !socketIsFirst,
                new RelayRules { FirstAbortsOnLoss = ofFirst, SecondAbortsOnLoss = !ofFirst });
            var (socket, bytes) = rig.Sides(socketIsFirst);
            await socket.SendTextAsync("last");
            Assert.Equal("last"u8.ToArray(), await bytes.ReadBytesAsync(4));

            socket.Finish();

            await (isMeant ? bytes.MustBreakAsync() : bytes.MustEndAsync());
            (await EndAsync(rig)).MustBe(socketIsFirst ? "client" : "backend", "disconnect");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-06", Way.ToBytesThere)]
    public async Task A_Close_ends_the_bytes_also_where_a_lost_client_resets_them(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(
            socketIsFirst, !socketIsFirst, new RelayRules { FirstAbortsOnLoss = true, SecondAbortsOnLoss = true });
        var (socket, bytes) = rig.Sides(socketIsFirst);

        await socket.SendCloseAsync(1000);

        await bytes.MustEndAsync();
        await EndAsync(rig);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-08", Way.ToBytes)]
    public async Task Reset_of_a_WebSocket_resets_the_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        socket.Reset();

        await bytes.MustBreakAsync();
        Assert.Equal("reset", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    [Row("5.3-08", Way.FromBytes)]
    public async Task Reset_of_bytes_is_no_proper_Close(bool fromClient, int code)
    {
        await using var rig = await RelayRig.StartAsync(!fromClient, fromClient);
        var (bytes, socket) = rig.Sides(fromClient);
        await bytes.SendAsync("last"u8.ToArray());
        await RelayRig.UntilAsync(() => rig.DirectionOf(fromClient).Bytes == 4);

        bytes.Reset();

        Assert.Equal("last", (await socket.ReadAsync()).Text);
        Assert.Equal(code, (await socket.ReadCloseAsync()).Code);
        await socket.SendCloseAsync(code);
        Assert.Equal("reset", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-08", Way.Bytes)]
    public async Task Reset_of_bytes_stays_a_reset_between_bytes(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: false, secondIsSocket: false);
        var (x, y) = rig.Sides(isClient);

        x.Reset();

        await y.MustBreakAsync();
        Assert.Equal("reset", (await rig.EndAsync()).Reason);
    }

    [Fact]
    [Row("5.3-09", Way.FromBytesBack)]
    public async Task FIN_of_a_TCP_target_after_its_data_is_a_Close_1000()
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: true, secondIsSocket: false);
        await rig.BackEnd.SendAsync("all"u8.ToArray());
        rig.BackEnd.Finish();

        Assert.Equal("all", (await rig.Client.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await rig.Client.ReadCloseAsync()).Code);
        await rig.Client.SendCloseAsync(1000);
        (await EndAsync(rig)).MustBe("backend", "eof");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-09", Way.BytesBack)]
    [Row("5.3-10", Way.BytesThere)]
    public async Task FIN_between_bytes_ends_its_direction_alone(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: false, secondIsSocket: false);
        var (x, y) = rig.Sides(isClient);
        await x.SendAsync("request"u8.ToArray());
        x.Finish();

        Assert.Equal("request"u8.ToArray(), await y.ReadToEndAsync());
        await y.SendAsync("answer"u8.ToArray());
        y.Finish();
        Assert.Equal("answer"u8.ToArray(), await x.ReadToEndAsync());
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "half-close");
    }

    [Fact]
    [Row("5.3-10", Way.BytesThere)]
    public async Task FIN_of_a_TCP_client_lingers_between_bytes_as_long_as_something_comes()
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: false, secondIsSocket: false);
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

    [Fact]
    [Row("5.3-10", Way.FromBytesThere)]
    public async Task FIN_of_a_TCP_client_that_waits_for_the_answer_is_no_Close()
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: false, secondIsSocket: true);
        await rig.Client.SendAsync("ask"u8.ToArray());
        rig.Client.Finish();
        Assert.Equal("ask", (await rig.BackEnd.ReadAsync()).Text);
        await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);
        Assert.Equal(0, rig.BackEnd.Socket.Available);

        await rig.BackEnd.SendTextAsync("answer");
        await rig.BackEnd.SendCloseAsync(1000);

        Assert.Equal("answer"u8.ToArray(), await rig.Client.ReadToEndAsync());
        Assert.Equal(1000, (await rig.BackEnd.ReadCloseAsync()).Code);
        (await EndAsync(rig)).MustBe("client", "half-close");
    }

    [Fact]
    [Row("5.3-10", Way.FromBytesThere)]
    public async Task FIN_of_a_TCP_client_that_nobody_answers_is_a_Close_after_the_linger()
    {
        await using var rig = await RelayRig.StartAsync(
            firstIsSocket: false, secondIsSocket: true, new RelayRules { PingInterval = TimeSpan.Zero });
        await rig.PassAsync(TimeSpan.FromSeconds(100));
        rig.Client.Finish();
        await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);
        await rig.PassAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(0, rig.BackEnd.Socket.Available);
        await rig.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseCode.Normal, (await rig.BackEnd.ReadCloseAsync()).Code);
        await rig.BackEnd.SendCloseAsync(1000);
        await EndAsync(rig);
    }

    [Fact]
    [Row("5.3-10", Way.FromBytesThere)]
    public async Task FIN_of_a_TCP_client_is_a_Close_1000_where_the_rules_say_so()
    {
        await using var rig = await RelayRig.StartAsync(
            firstIsSocket: false, secondIsSocket: true, new RelayRules { FirstClosesOnEof = true });
        await rig.Client.SendAsync("ask"u8.ToArray());
        rig.Client.Finish();

        Assert.Equal("ask", (await rig.BackEnd.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await rig.BackEnd.ReadCloseAsync()).Code);
        (await EndAsync(rig)).MustBe("client", "eof");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-19", Way.ToBytes)]
    [Row("5.3-20", Way.ToBytes)]
    public async Task Bytes_that_never_end_after_a_Close_are_cut_off(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        await socket.SendCloseAsync(1000);
        await socket.ReadCloseAsync();
        socket.Finish();
        await bytes.MustEndAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(4));
        Assert.False(rig.Ending.IsCompleted);

        await rig.PassToEndAsync();

        Assert.True((await rig.EndAsync()).CloseTimedOut);
        await Assert.ThrowsAsync<SocketException>(() => bytes.SendAsync([1]));
    }

    private static async Task<RelayEnd> EndAsync(RelayRig rig)
    {
        rig.Client.Dispose();
        rig.BackEnd.Dispose();
        return await rig.EndAsync();
    }
}
