using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Tests.Pipes;

/// <summary>Between a WebSocket and bytes; each test is a row of the relay's event table.</summary>
public sealed class RelayBytesTests
{
    [Theory]
    [InlineData(Framing.Raw, "onetwo")]
    [InlineData(Framing.Line, "one\n\ntwo\n")]
    [InlineData(Framing.Length, "\0\0\0\u0003one\0\0\0\0\0\0\0\u0003two")]
    public async Task Messages_become_bytes_and_an_empty_one_is_no_end(object framing, string expected)
    {
        foreach (var fromClient in (bool[])[true, false])
        {
            await using var rig = await StartAsync(fromClient, new RelayRules { Framing = (Framing)framing });
            var (socket, bytes) = rig.Sides(fromClient);

            await socket.SendAsync(socket.Frames.Text("one").Text("").Text("t", fin: false)
                .Frame(Opcode.Ping, "p"u8).Frame(Opcode.Continuation, [], fin: false)
                .Frame(Opcode.Continuation, "wo"u8));

            var pong = await socket.ReadAsync();
            Assert.Equal((Opcode.Pong, "p"), (pong.Opcode, pong.Text));
            Assert.Equal(expected, Encoding.Latin1.GetString(await bytes.ReadBytesAsync(expected.Length)));
            await socket.SendCloseAsync(4001, "mine");
            await bytes.MustEndAsync();
            Assert.Equal(4001, (await socket.ReadCloseAsync()).Code);
            await EndAsync(rig);
        }
    }

    [Theory]
    [InlineData(Framing.Raw, false, "abc")]
    [InlineData(Framing.Raw, true, "grü🙂ß")]
    [InlineData(Framing.Line, false, "one\n\nthree\nlast")]
    [InlineData(Framing.Length, false, "\0\0\0\u0003one\0\0\0\0\0\0\0\u0005three")]
    public async Task Bytes_become_messages_however_they_are_cut(object framing, bool text, string sent)
    {
        var rules = new RelayRules { Framing = (Framing)framing, Text = text };
        var wire = text ? Encoding.UTF8.GetBytes(sent) : Encoding.Latin1.GetBytes(sent);
        for (var cut = 1; cut < wire.Length; cut++)
        {
            await using var rig = await StartAsync(socketIsFirst: true, rules);
            await rig.BackEnd.SendAsync(wire[..cut]);
            await rig.BackEnd.SendAsync(wire[cut..]);
            rig.BackEnd.Finish();

            var messages = await MessagesAsync(rig.Client);

            Assert.All(messages, one => Assert.Equal(text || rules.Framing == Framing.Line, one.IsText));
            var parts = messages.Select(one => one.Text);
            Assert.Equal(
                rules.Framing switch
                {
                    Framing.Line => ["one", "", "three", "last"],
                    Framing.Length => ["one", "", "three"],
                    _ => [sent],
                },
                rules.Framing == Framing.Raw ? [string.Concat(parts)] : parts);
            await rig.Client.SendCloseAsync(1000);
            await EndAsync(rig);
        }
    }

    [Fact]
    public async Task A_target_that_ends_its_bytes_is_a_close_1000()
    {
        await using var rig = await StartAsync(socketIsFirst: true);
        await rig.BackEnd.SendAsync("all"u8.ToArray());
        rig.BackEnd.Finish();

        Assert.Equal("all", (await rig.Client.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await rig.Client.ReadCloseAsync()).Code);
        await rig.Client.SendCloseAsync(1000);
        (await EndAsync(rig)).MustBe("backend", "eof");
    }

    [Fact]
    public async Task A_client_that_half_closes_its_bytes_gets_its_answer()
    {
        await using var rig = await StartAsync(socketIsFirst: false);
        await rig.Client.SendAsync("ask"u8.ToArray());
        rig.Client.Finish();
        Assert.Equal("ask", (await rig.BackEnd.ReadAsync()).Text);
        await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);

        await rig.BackEnd.SendTextAsync("answer");
        await rig.BackEnd.SendCloseAsync(1000);

        Assert.Equal("answer"u8.ToArray(), await rig.Client.ReadToEndAsync());
        Assert.Equal(1000, (await rig.BackEnd.ReadCloseAsync()).Code);
        (await EndAsync(rig)).MustBe("client", "half-close");
    }

    [Fact]
    public async Task A_half_closed_client_that_nobody_answers_is_over_after_the_linger()
    {
        await using var rig = await StartAsync(socketIsFirst: false, new RelayRules { PingInterval = TimeSpan.Zero });
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

    [Theory]
    [InlineData(true, 1011)]
    [InlineData(false, 1001)]
    public async Task A_reset_of_bytes_is_no_proper_close(bool socketIsFirst, int code)
    {
        await using var rig = await StartAsync(socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        bytes.Reset();

        Assert.Equal(code, (await socket.ReadCloseAsync()).Code);
        await socket.SendCloseAsync(code);
        Assert.Equal("reset", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_websocket_that_ends_without_a_close_ends_the_bytes(bool socketIsFirst)
    {
        await using var rig = await StartAsync(socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        socket.Finish();

        await bytes.MustEndAsync();
        Assert.Equal("disconnect", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_websocket_that_is_reset_resets_the_bytes(bool socketIsFirst)
    {
        await using var rig = await StartAsync(socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);

        socket.Reset();

        await bytes.MustBreakAsync();
        Assert.Equal("reset", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(Framing.Line, "a binary message", 1003)]
    [InlineData(Framing.Line, "a line feed", 1003)]
    [InlineData(Framing.Raw, "text that is not UTF-8", 1007)]
    [InlineData(Framing.Raw, "text that ends within a character", 1007)]
    public async Task What_has_no_form_in_bytes_is_refused(object framing, string what, int code)
    {
        foreach (var socketIsFirst in (bool[])[true, false])
        {
            await using var rig = await StartAsync(socketIsFirst, new RelayRules { Framing = (Framing)framing });
            var (socket, bytes) = rig.Sides(socketIsFirst);

            await socket.SendAsync(what switch
            {
                "a binary message" => socket.Frames.Frame(Opcode.Binary, [1]),
                "a line feed" => socket.Frames.Text("a\nb"),
                "text that is not UTF-8" => socket.Frames.Frame(Opcode.Text, [0xc3, 0x28]),
                _ => socket.Frames.Frame(Opcode.Text, [0xc3]),
            });

            Assert.Equal(code, (await socket.ReadCloseAsync()).Code);
            await bytes.MustBreakAsync();
            await EndAsync(rig);
        }
    }

    [Theory]
    [InlineData(Framing.Length, 2001)]
    [InlineData(Framing.Line, 40_000)]
    public async Task A_message_of_bytes_over_the_limit_ends_both(object framing, int length)
    {
        await using var rig = await StartAsync(
            socketIsFirst: true, new RelayRules { Framing = (Framing)framing, MaxMessageBytes = 2000 });
        await rig.BackEnd.SendAsync((Framing)framing == Framing.Length
            ? [0, 0, (byte)(length >> 8), (byte)length]
            : new byte[length]);

        Assert.Equal(CloseCode.MessageTooBig, (await rig.Client.ReadCloseAsync()).Code);
        await rig.BackEnd.MustBreakAsync();
    }

    [Fact]
    public async Task A_death_inside_a_message_with_a_length_never_looks_complete()
    {
        await using var rig = await StartAsync(socketIsFirst: true, new RelayRules { Framing = Framing.Length });
        await rig.BackEnd.SendAsync([0, 0, 0, 9, 1, 2]);
        await rig.Client.ReadBytesAsync(4);

        rig.BackEnd.Finish();

        await rig.Client.MustBreakAsync();
        Assert.Equal("reset", (await EndAsync(rig)).Reason);
    }

    [Theory]
    [InlineData(LegKind.WebSocketClient)]
    [InlineData(LegKind.WebSocketServer)]
    public async Task Between_two_of_the_same_role_each_gets_the_mask_that_it_expects(object kind)
    {
        await using var rig = await RelayRig.StartAsync((LegKind)kind, (LegKind)kind);
        var big = new byte[100_000];
        Random.Shared.NextBytes(big);
        foreach (var (x, y) in ((RawPeer, RawPeer)[])[rig.Sides(true), rig.Sides(false)])
        {
            await x.SendAsync(x.Frames.Text("one").Frame(Opcode.Ping, "p"u8).Text("")
                .Frame(Opcode.Binary, big, fin: false).Frame(Opcode.Continuation, [7]));

            Assert.Equal("one", await y.ReadTextAsync());
            Assert.Equal("p", (await y.ReadAsync()).Text);
            Assert.Equal("", await y.ReadTextAsync());
            Assert.Equal(big, (await y.ReadAsync()).Payload);
            Assert.Equal([7], (await y.ReadAsync()).Payload);
        }

        await rig.Client.SendCloseAsync(4001, "mine");
        Assert.Equal("mine", (await rig.BackEnd.ReadCloseAsync()).Reason);
    }

    private static Task<RelayRig> StartAsync(bool socketIsFirst, RelayRules? rules = null) => socketIsFirst
        ? RelayRig.StartAsync(LegKind.WebSocketServer, LegKind.Bytes, rules)
        : RelayRig.StartAsync(LegKind.Bytes, LegKind.WebSocketClient, rules);

    private static async Task<List<(bool IsText, string Text)>> MessagesAsync(RawPeer peer)
    {
        List<(bool, string)> messages = [];
        List<byte> gathered = [];
        var isText = false;
        while (true)
        {
            var frame = await peer.ReadAsync();
            if (frame.Opcode == Opcode.Close)
            {
                Assert.Equal(CloseCode.Normal, frame.Code);
                return messages;
            }

            isText = frame.Opcode == Opcode.Continuation ? isText : frame.Opcode == Opcode.Text;
            gathered.AddRange(frame.Payload);
            if (frame.Header.Fin)
            {
                messages.Add((isText, Encoding.UTF8.GetString([.. gathered])));
                gathered.Clear();
            }
        }
    }

    private static async Task<RelayEnd> EndAsync(RelayRig rig)
    {
        rig.Client.Dispose();
        rig.BackEnd.Dispose();
        return await rig.EndAsync();
    }
}
