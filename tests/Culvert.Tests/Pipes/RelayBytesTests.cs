using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>What passes from a WebSocket to bytes: the rows of section 5.2.</summary>
public sealed class RelayBytesTests
{
    [Theory]
    [InlineData(Framing.Raw, "grün\0two")]
    [InlineData(Framing.Line, "grün\n\0two\n")]
    [InlineData(Framing.SplitLine, "grün\n\0two\n")]
    [InlineData(Framing.JsonLine, "\"grün\"\n\"\\u0000two\"\n")]
    [InlineData(Framing.Base64Line, "Z3LDvG4=\nAHR3bw==\n")]
    [InlineData(Framing.Length, "\0\0\0\u0005grün\0\0\0\u0004\0two")]
    [InlineData(Framing.TypedLength, "\u0001\0\0\0\u0005grün\u0001\0\0\0\u0004\0two")]
    [Row("5.2-01", Way.ToBytes)]
    public Task Text_message(object framing, string expected) => BothWaysAsync(framing, async (socket, bytes) =>
    {
        await socket.SendAsync(socket.Frames.Text("grün").Text("\0two"));
        await MustGetAsync(bytes, expected);
    });

    [Theory]
    [InlineData(Framing.Raw, "\u0001\n")]
    [InlineData(Framing.Base64Line, "AQo=\n")]
    [InlineData(Framing.Length, "\0\0\0\u0002\u0001\n")]
    [InlineData(Framing.TypedLength, "\u0002\0\0\0\u0002\u0001\n")]
    [Row("5.2-02", Way.ToBytes)]
    public Task Binary_message(object framing, string expected) => BothWaysAsync(framing, async (socket, bytes) =>
    {
        await socket.SendAsync(socket.Frames.Frame(Opcode.Binary, [1, 10]));
        await MustGetAsync(bytes, expected);
    });

    [Theory]
    [InlineData(Framing.Line)]
    [InlineData(Framing.SplitLine)]
    [InlineData(Framing.JsonLine)]
    [Row("5.2-02", Way.ToBytes)]
    public Task Binary_message_has_no_form_as_a_line_of_text(object framing) => IsRefusedAsync(
        (Framing)framing, socket => socket.Frames.Frame(Opcode.Binary, [1]).ToArray(), CloseCode.UnsupportedData);

    [Fact]
    [Row("5.2-01", Way.ToBytes)]
    public Task Text_message_with_a_line_feed_has_no_form_as_a_line() => IsRefusedAsync(
        Framing.Line, socket => socket.Frames.Text("a\nb").ToArray(), CloseCode.UnsupportedData);

    [Theory]
    [InlineData(Framing.SplitLine, "a\nb\n\n")]
    [InlineData(Framing.JsonLine, "\"a\\nb\\n\"\n")]
    [InlineData(Framing.Base64Line, "YQpiCg==\n")]
    [Row("5.2-01", Way.ToBytes)]
    public Task Text_message_with_a_line_feed_is_split_or_escaped_where_the_rules_say_so(
        object framing, string expected) => BothWaysAsync(framing, async (socket, bytes) =>
        {
            await socket.SendTextAsync("a\nb\n");
            await MustGetAsync(bytes, expected);
        });

    [Theory]
    [InlineData(Framing.Raw, "onetwo")]
    [InlineData(Framing.Line, "one\n\ntwo\n")]
    [InlineData(Framing.SplitLine, "one\n\ntwo\n")]
    [InlineData(Framing.JsonLine, "\"one\"\n\"\"\n\"two\"\n")]
    [InlineData(Framing.Base64Line, "b25l\n\ndHdv\n")]
    [InlineData(Framing.Length, "\0\0\0\u0003one\0\0\0\0\0\0\0\u0003two")]
    [InlineData(Framing.TypedLength, "\u0001\0\0\0\u0003one\u0001\0\0\0\0\u0001\0\0\0\u0003two")]
    [Row("5.2-03", Way.ToBytes)]
    public Task Empty_message_is_no_end(object framing, string expected) =>
        BothWaysAsync(framing, async (socket, bytes) =>
        {
            await socket.SendAsync(socket.Frames.Text("one").Text("").Text("two"));
            await MustGetAsync(bytes, expected);
        });

    [Theory]
    [InlineData(Framing.Raw, "be")]
    [InlineData(Framing.Line, "be")]
    [InlineData(Framing.SplitLine, "be")]
    [InlineData(Framing.JsonLine, "\"be")]
    [InlineData(Framing.Base64Line, "")]
    [InlineData(Framing.Length, "")]
    [InlineData(Framing.TypedLength, "")]
    [Row("5.2-04", Way.ToBytes)]
    public Task Fragmented_message_goes_on_as_it_comes_unless_its_length_is_first(object framing, string early) =>
        BothWaysAsync(framing, async (socket, bytes) =>
        {
            await socket.SendAsync(socket.Frames.Text("be", fin: false));
            await MustGetAsync(bytes, early);
            await socket.SendAsync(
                socket.Frames.Frame(Opcode.Continuation, "g"u8, fin: false).Frame(Opcode.Continuation, "in"u8));
            await MustGetAsync(bytes, (Framing)framing switch
            {
                Framing.Line or Framing.SplitLine => "gin\n",
                Framing.JsonLine => "gin\"\n",
                Framing.Base64Line => "YmVnaW4=\n",
                Framing.Length => "\0\0\0\u0005begin",
                Framing.TypedLength => "\u0001\0\0\0\u0005begin",
                _ => "gin",
            });
        });

    [Theory]
    [InlineData(Framing.Raw, "ab")]
    [InlineData(Framing.Line, "ab\n")]
    [InlineData(Framing.JsonLine, "\"ab\"\n")]
    [InlineData(Framing.Base64Line, "YWI=\n")]
    [InlineData(Framing.Length, "\0\0\0\u0002ab")]
    [InlineData(Framing.TypedLength, "\u0001\0\0\0\u0002ab")]
    [Row("5.2-05", Way.ToBytes)]
    public Task Fragments_of_no_length(object framing, string expected) =>
        BothWaysAsync(framing, async (socket, bytes) =>
        {
            await socket.SendAsync(socket.Frames.Text("", fin: false).Frame(Opcode.Continuation, "a"u8, fin: false)
                .Frame(Opcode.Continuation, [], fin: false).Frame(Opcode.Continuation, "b"u8, fin: false)
                .Frame(Opcode.Continuation, []));
            await MustGetAsync(bytes, expected);
        });

    [Theory]
    [InlineData(Framing.Raw, "ab")]
    [InlineData(Framing.Line, "ab\n")]
    [InlineData(Framing.Length, "\0\0\0\u0002ab")]
    [Row("5.2-06", Way.ToBytes)]
    public Task Control_frame_between_fragments_is_answered_before_the_message_ends(object framing, string expected) =>
        BothWaysAsync(framing, async (socket, bytes) =>
        {
            await socket.SendAsync(socket.Frames.Text("a", fin: false).Frame(Opcode.Ping, "now"u8));
            Assert.Equal("now", (await socket.ReadAsync()).Text);
            await socket.SendAsync(socket.Frames.Frame(Opcode.Continuation, "b"u8));
            await MustGetAsync(bytes, expected);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(125)]
    [Row("5.2-07", Way.ToBytes)]
    public Task Ping_is_answered_with_its_payload_and_not_passed_on(int length) =>
        BothWaysAsync(Framing.Raw, async (socket, bytes) =>
        {
            var payload = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();
            await socket.SendAsync(socket.Frames.Frame(Opcode.Ping, payload));
            var pong = await socket.ReadAsync();
            Assert.Equal(Opcode.Pong, pong.Opcode);
            Assert.Equal(payload, pong.Payload);
            await socket.SendTextAsync("alone");
            await MustGetAsync(bytes, "alone");
        });

    [Fact]
    [Row("5.2-08", Way.ToBytes)]
    public Task Pong_that_nobody_asked_for_is_dropped() => BothWaysAsync(Framing.Raw, async (socket, bytes) =>
    {
        await socket.SendAsync(socket.Frames.Frame(Opcode.Pong, "unasked"u8).Text("alone"));
        await MustGetAsync(bytes, "alone");
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-09", Way.ToBytes)]
    public async Task Ping_of_the_relays_own_and_its_pong_are_no_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        await rig.PassAsync(TimeSpan.FromSeconds(20.5));
        var ping = await socket.ReadAsync();
        Assert.Equal(Opcode.Ping, ping.Opcode);

        await socket.SendAsync(socket.Frames.Frame(Opcode.Pong, ping.Payload).Text("alone"));

        await MustGetAsync(bytes, "alone");
    }

    [Theory]
    [InlineData("c328")]
    [InlineData("c3")]
    [InlineData("61ff62")]
    [Row("5.2-11", Way.ToBytes)]
    public Task Text_that_is_not_UTF_8_is_bytes_as_any_others(string payload) =>
        BothWaysAsync(Framing.Raw, async (socket, bytes) =>
        {
            var wire = Convert.FromHexString(payload);
            await socket.SendAsync(socket.Frames.Frame(Opcode.Text, wire));
            Assert.Equal(wire, await bytes.ReadBytesAsync(wire.Length));
        });

    [Theory]
    [InlineData(Framing.Line, "c328")]
    [InlineData(Framing.SplitLine, "ff")]
    [InlineData(Framing.JsonLine, "c3")]
    [InlineData(Framing.Base64Line, "c328")]
    [InlineData(Framing.Length, "c3")]
    [InlineData(Framing.TypedLength, "c3")]
    [Row("5.2-11", Way.ToBytes)]
    public Task Text_that_is_not_UTF_8_is_refused_where_messages_keep_their_kind(object framing, string payload) =>
        IsRefusedAsync(
            (Framing)framing,
            socket => socket.Frames.Frame(Opcode.Text, Convert.FromHexString(payload)).ToArray(),
            CloseCode.InvalidPayload);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-15", Way.ToBytes)]
    public async Task Leg_dies_within_a_frame_and_the_bytes_are_reset(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        await socket.SendAsync(socket.Frames.Text("0123456789").ToArray()[..^4]);
        await MustGetAsync(bytes, "012345");

        socket.Finish();

        await bytes.MustBreakAsync();
        (await rig.EndAsync()).MustBe(socketIsFirst ? "client" : "backend", "disconnect");
    }

    [Fact]
    [Row("5.2-17", Way.ToBytes)]
    public Task Order_is_that_of_the_sender() => BothWaysAsync(Framing.Raw, async (socket, bytes) =>
    {
        var frames = socket.Frames;
        for (var i = 0; i < 500; i++)
        {
            frames.Text($"{i},").Frame(Opcode.Pong, "x"u8);
        }

        await socket.SendAsync(frames);
        await MustGetAsync(bytes, string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},")));
    });

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

    /// <summary>With the WebSocket at the client's place and at the back end's; the session goes on.</summary>
    private static async Task BothWaysAsync(object framing, Func<RawPeer, RawPeer, Task> act)
    {
        foreach (var socketIsFirst in (bool[])[true, false])
        {
            await using var rig = await RelayRig.StartAsync(
                socketIsFirst, !socketIsFirst, new RelayRules { Framing = (Framing)framing });
            var (socket, bytes) = rig.Sides(socketIsFirst);

            await act(socket, bytes);

            Assert.Equal(0, bytes.Unread);
            Assert.False(rig.Ending.IsCompleted);
        }
    }

    private static async Task IsRefusedAsync(Framing framing, Func<RawPeer, byte[]> wire, int code)
    {
        foreach (var socketIsFirst in (bool[])[true, false])
        {
            await using var rig = await RelayRig.StartAsync(
                socketIsFirst, !socketIsFirst, new RelayRules { Framing = framing });
            var (socket, bytes) = rig.Sides(socketIsFirst);

            await socket.SendAsync(wire(socket));

            Assert.Equal(code, (await socket.ReadCloseAsync()).Code);
            await bytes.MustBreakAsync();
            socket.Finish();
            Assert.Equal(socketIsFirst ? "client" : "backend", (await rig.EndAsync()).By);
        }
    }

    private static async Task MustGetAsync(RawPeer bytes, string expected)
    {
        var all = Encoding.UTF8.GetBytes(expected);
        Assert.Equal(all, await bytes.ReadBytesAsync(all.Length));
    }
}
