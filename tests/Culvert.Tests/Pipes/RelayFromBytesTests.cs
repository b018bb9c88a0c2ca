using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Endpoints;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>What passes from bytes to a WebSocket or to bytes: the rows of section 5.2.</summary>
public sealed class RelayFromBytesTests
{
    [Theory]
    [InlineData(Framing.Raw, false, "abc")]
    [InlineData(Framing.Raw, true, "grü🙂ß")]
    [InlineData(Framing.Line, false, "one\n\nthree\nlast")]
    [InlineData(Framing.SplitLine, false, "one\n\nthree\nlast")]
    [InlineData(Framing.JsonLine, false, "\"one\"\n\"\"\r\n\"thr\\u0065e\"\n\"last\"")]
    [InlineData(Framing.Base64Line, false, "b25l\n\r\ndGhyZWU=\r\nbGFzdA==")]
    [InlineData(Framing.Base64Line, true, "b25l\n\ndGhyZWU=\nbGFzdA==")]
    [InlineData(Framing.Length, false, "\0\0\0\u0003one\0\0\0\0\0\0\0\u0005three")]
    [InlineData(Framing.Length, true, "\0\0\0\u0003one\0\0\0\0\0\0\0\u0005three")]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Bytes_become_messages_however_they_are_cut(object framing, bool text, string sent)
    {
        var rules = new RelayRules { Framing = (Framing)framing, Text = text, FirstClosesOnEof = true };
        var wire = Encoding.UTF8.GetBytes(sent);
        foreach (var (cut, fromClient) in from cut in Enumerable.Range(1, wire.Length - 1)
                                          from fromClient in (bool[])[true, false]
                                          select (cut, fromClient))
        {
            await using var rig = await RelayRig.StartAsync(!fromClient, fromClient, rules);
            var (bytes, socket) = rig.Sides(fromClient);
            await bytes.SendAsync(wire[..cut]);
            await bytes.SendAsync(wire[cut..]);
            bytes.Finish();

            var messages = await MessagesAsync(socket);

            var isText = text || rules.Framing is Framing.Line or Framing.SplitLine or Framing.JsonLine;
            Assert.All(messages, one => Assert.Equal(isText, one.IsText));
            var parts = messages.Select(one => one.Text);
            Assert.Equal(
                rules.Framing switch
                {
                    Framing.Raw => [sent],
                    Framing.Length => ["one", "", "three"],
                    _ => ["one", "", "three", "last"],
                },
                rules.Framing == Framing.Raw ? [string.Concat(parts)] : parts);
            await socket.SendCloseAsync(1000);
            await EndAsync(rig);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Bytes_to_a_text_wait_for_the_rest_of_a_character_and_for_nothing_else(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(!fromClient, fromClient, new RelayRules { Text = true });
        var (bytes, socket) = rig.Sides(fromClient);
        foreach (var letter in (string[])["ü", "€", "🙂"])
        {
            var wire = Encoding.UTF8.GetBytes(letter);
            for (var cut = 1; cut < wire.Length; cut++)
            {
                await bytes.SendAsync([(byte)'a', .. wire[..cut]]);
                Assert.Equal("a", await socket.ReadTextAsync());
                await bytes.SendAsync([.. wire[cut..], (byte)'b']);
                Assert.Equal($"{letter}b", await socket.ReadTextAsync());
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Bytes_that_should_be_a_text_and_are_none_end_both(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(!fromClient, fromClient, new RelayRules { Text = true });
        var (bytes, socket) = rig.Sides(fromClient);

        await bytes.SendAsync([0xff]);

        Assert.Equal(fromClient ? 1001 : 1011, (await socket.ReadCloseAsync()).Code);
        await bytes.MustBreakAsync();
        (await EndAsync(rig)).MustBe(fromClient ? "client" : "backend", "protocol-error");
    }

    [Theory]
    [InlineData(true, 16 * 1024)]
    [InlineData(false, 16 * 1024)]
    [InlineData(true, 1024)]
    [InlineData(false, 64 * 1024)]
    [Row("5.2-10", Way.FromBytes)]
    [Row("5.2-17", Way.FromBytes)]
    public async Task Order_stays_and_no_message_of_bytes_is_longer_than_a_chunk(bool fromClient, int chunkBytes)
    {
        Assert.Equal(16 * 1024, new RelayRules().ChunkBytes);
        await using var rig = await RelayRig.StartAsync(
            !fromClient, fromClient, new RelayRules { ChunkBytes = chunkBytes });
        var (bytes, socket) = rig.Sides(fromClient);
        var sent = Noise(300_000);
        var sending = bytes.SendAsync(sent);
        List<byte> received = [];
        while (received.Count < sent.Length)
        {
            var frame = await socket.ReadAsync();
            Assert.Equal((Opcode.Binary, true), (frame.Opcode, frame.Header.Fin));
            Assert.InRange(frame.Payload.Length, 1, chunkBytes);
            received.AddRange(frame.Payload);
        }

        Assert.Equal(sent, received);
        await sending;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-10", Way.Bytes)]
    [Row("5.2-17", Way.Bytes)]
    public async Task Bytes_to_bytes_are_the_same_bytes_in_their_order(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket: false, secondIsSocket: false);
        var (x, y) = rig.Sides(fromClient);
        await x.SendAsync("one"u8.ToArray());
        Assert.Equal("one"u8.ToArray(), await y.ReadBytesAsync(3));
        var sent = Noise(1_000_000);
        var sending = x.SendAsync(sent);

        Assert.Equal(sent, await y.ReadBytesAsync(sent.Length));
        await sending;
    }

    [Fact]
    [Row("5.2-09", Way.Bytes)]
    public async Task Where_the_relay_cannot_ping_the_kernel_asks_for_the_peer()
    {
        using var loopback = new Loopback();
        using var socket = await new Dialer(new DialRules(), TimeProvider.System).DialAsync(
            Loopback.Parse($"tcp:127.0.0.1:{loopback.Port}"), Loopback.Cancelled);

        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(20, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
    }

    [Theory]
    [InlineData(Framing.Length, true, 2001)]
    [InlineData(Framing.Length, false, 2001)]
    [InlineData(Framing.Line, true, 40_000)]
    [InlineData(Framing.Line, false, 40_000)]
    [Row("5.2-14", Way.FromBytes)]
    public async Task Message_of_bytes_over_its_limit_is_told_and_the_bytes_are_reset_after_a_while(
        object framing, bool fromClient, int length)
    {
        await using var rig = await RelayRig.StartAsync(
            !fromClient, fromClient, new RelayRules { Framing = (Framing)framing, MaxMessageBytes = 2000 });
        var (bytes, socket) = rig.Sides(fromClient);
        await bytes.SendAsync((Framing)framing == Framing.Length
            ? [0, 0, (byte)(length >> 8), (byte)length]
            : new byte[length]);

        Assert.Equal(CloseCode.MessageTooBig, (await socket.NextCloseAsync()).Code);
        await socket.SendCloseAsync(CloseCode.MessageTooBig);
        socket.Finish();
        await rig.MustLingerAsync(bytes);
        (await rig.EndAsync()).MustBe(fromClient ? "client" : "backend", "too-big");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-15", Way.FromBytes)]
    public async Task Leg_dies_within_a_line_and_what_came_of_it_is_no_message(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(
            !fromClient, fromClient, new RelayRules { Framing = Framing.Line, ChunkBytes = 1024 });
        var (bytes, socket) = rig.Sides(fromClient);
        await bytes.SendAsync(new byte[1024]);
        Assert.False((await socket.ReadAsync()).Header.Fin);
        await bytes.SendAsync(new byte[100]);

        bytes.Reset();

        Assert.Equal(fromClient ? 1001 : 1011, (await socket.ReadCloseAsync()).Code);
        (await EndAsync(rig)).MustBe(fromClient ? "client" : "backend", "reset");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-15", Way.FromBytes)]
    public async Task Leg_dies_within_a_message_with_a_length_and_the_other_sees_no_Close(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(
            !fromClient, fromClient, new RelayRules { Framing = Framing.Length });
        var (bytes, socket) = rig.Sides(fromClient);
        await bytes.SendAsync([0, 0, 0, 9, 1, 2]);
        var begun = (fromClient ? 6 : 2) + 2;
        await socket.ReadBytesAsync(begun);

        bytes.Finish();

        await socket.MustBreakAsync();
        Assert.Equal(0, socket.Unread);
        (await EndAsync(rig)).MustBe(fromClient ? "client" : "backend", "reset");
    }

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

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static async Task<RelayEnd> EndAsync(RelayRig rig)
    {
        rig.Client.Dispose();
        rig.BackEnd.Dispose();
        return await rig.EndAsync();
    }
}
