using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>Between two WebSockets whose messages are opened; each test is a row of the relay's event table.</summary>
public sealed class RelayMessagesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_cross_and_pings_are_answered_on_the_spot(bool fromClient)
    {
        await using var rig = await StartAsync();
        var (x, y) = rig.Sides(fromClient);

        await x.SendAsync(x.Frames.Text("text").Frame(Opcode.Binary, [1, 2, 3]).Text("").Frame(Opcode.Binary, [])
            .Text("frag", fin: false).Frame(Opcode.Ping, "between"u8).Frame(Opcode.Continuation, [], fin: false)
            .Frame(Opcode.Continuation, "ment"u8).Frame(Opcode.Pong, "unasked"u8).Text("end"));

        Assert.Equal((Opcode.Pong, "between"), await x.ReadAsync() is var pong ? (pong.Opcode, pong.Text) : default);
        foreach (var (opcode, text) in ((Opcode, string)[])
            [
                (Opcode.Text, "text"), (Opcode.Binary, "\u0001\u0002\u0003"), (Opcode.Text, ""), (Opcode.Binary, ""),
                (Opcode.Text, "fragment"), (Opcode.Text, "end"),
            ])
        {
            var message = await RawMessage.ReadAsync(y);
            Assert.Equal((opcode, text), (message.Opcode, message.Text));
        }

        await x.SendCloseAsync(4001, "mine");
        var close = await y.ReadCloseAsync();
        Assert.Equal((4001, "mine"), (close.Code, close.Reason));
        await y.SendCloseAsync(4002);
        Assert.Equal(4002, (await x.ReadCloseAsync()).Code);
        var end = await EndAsync(rig);
        Assert.Equal("close", end.Reason);
        Assert.Equal((6, 18), fromClient ? (end.MessagesThere, end.BytesThere) : (end.MessagesBack, end.BytesBack));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, true)]
    public async Task What_has_come_of_a_message_goes_on_before_the_rest(bool fromClient, bool ofX, bool ofY)
    {
        await using var rig = await StartAsync(Deflating(fromClient, ofX, ofY));
        var (x, y) = rig.Sides(fromClient);
        var payload = new byte[70_000];
        new Random(1).NextBytes(payload);
        var sent = ofX ? RawMessage.Deflate(payload) : payload;
        var wire = x.Frames.Frame(Opcode.Binary, sent, fin: false, rsv: ofX ? 4 : 0).ToArray();

        await x.SendAsync(wire[..30_000]);

        var first = await y.ReadAsync();
        Assert.Equal((Opcode.Binary, false), (first.Opcode, first.Header.Fin));
        Assert.NotEmpty(first.Payload);
        await x.SendAsync(wire[30_000..]);
        await x.SendAsync(x.Frames.Frame(Opcode.Continuation, []));
        List<RawFrame> frames = [first];
        while (!frames[^1].Header.Fin)
        {
            frames.Add(await y.ReadAsync());
        }

        Assert.Equal(ofY, first.Header.Rsv1);
        byte[] got = [.. frames.SelectMany(frame => frame.Payload)];
        Assert.Equal(payload, ofY ? Inflate(got, payload.Length) : got);
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public async Task Each_side_has_its_own_compression(bool fromClient, bool ofX, bool ofY)
    {
        await using var rig = await StartAsync(Deflating(fromClient, ofX, ofY));
        var (x, y) = rig.Sides(fromClient);
        var random = new Random(3);
        foreach (var length in (int[])[0, 1, 5, 100, 5_000, 32 * 1024, 200_000])
        {
            var payload = new byte[length];
            random.NextBytes(payload.AsSpan(0, length / 2));
            var wire = x.Frames.Frame(Opcode.Binary, ofX ? RawMessage.Deflate(payload) : payload, rsv: ofX ? 4 : 0);

            // As a whole, or cut where it comes.
            var sending = x.SendAsync(wire);
            var message = await RawMessage.ReadAsync(y);
            await sending;

            Assert.Equal(payload, message.Payload);
            Assert.Equal(ofY && length >= 100, message.WasCompressed);

            // Who has agreed on compression may still send without.
            await x.SendAsync(x.Frames.Text("plain"));
            Assert.Equal("plain", (await RawMessage.ReadAsync(y)).Text);
        }
    }

    [Theory]
    [InlineData(MessageTypes.Text)]
    [InlineData(MessageTypes.Binary)]
    public async Task A_message_of_a_kind_that_is_not_taken_is_refused(object types)
    {
        foreach (var fromClient in (bool[])[true, false])
        {
            await using var rig = await StartAsync(new RelayRules { Types = (MessageTypes)types });
            var (x, y) = rig.Sides(fromClient);
            var (good, bad) = (MessageTypes)types == MessageTypes.Text
                ? (Opcode.Text, Opcode.Binary)
                : (Opcode.Binary, Opcode.Text);

            await x.SendAsync(x.Frames.Frame(good, "a"u8).Frame(bad, "b"u8));

            Assert.Equal("a", (await RawMessage.ReadAsync(y)).Text);
            await MustEndAsync(rig, fromClient, CloseCode.UnsupportedData);
        }
    }

    [Theory]
    [InlineData("no UTF-8", 1007)]
    [InlineData("half a character", 1007)]
    [InlineData("too long when inflated", 1009)]
    [InlineData("too long when announced", 1009)]
    [InlineData("too long together", 1009)]
    [InlineData("no deflate", 1007)]
    [InlineData("compressed on and on", 1002)]
    public async Task A_message_that_is_refused_part_way_never_looks_complete(string what, int code)
    {
        foreach (var fromClient in (bool[])[true, false])
        {
            await using var rig = await StartAsync(
                Deflating(fromClient, ofX: true, ofY: false) with { MaxMessageBytes = 100_000 });
            var (x, y) = rig.Sides(fromClient);
            var begin = x.Frames.Text("begin", fin: false).ToArray();

            await x.SendAsync(begin);
            Assert.Equal("begin", (await y.ReadAsync()).Text);
            await x.SendAsync(what switch
            {
                "no UTF-8" => x.Frames.Frame(Opcode.Continuation, [0xc3, 0x28]),
                "half a character" => x.Frames.Frame(Opcode.Continuation, [0xc3]),
                "too long when announced" => x.Frames.Header(Opcode.Continuation, 100_001),
                "too long together" => x.Frames.Frame(Opcode.Continuation, new byte[99_996], fin: false),
                "compressed on and on" => x.Frames.Frame(Opcode.Continuation, [0], rsv: 4),
                "no deflate" => x.Frames.Frame(Opcode.Continuation, [])
                    .Frame(Opcode.Binary, [0xff, 0xff, 0xff], rsv: 4),
                _ => x.Frames.Frame(Opcode.Continuation, [])
                    .Frame(Opcode.Binary, RawMessage.Deflate(new byte[200_000]), rsv: 4),
            });

            await MustEndAsync(rig, fromClient, code, mayEndFirst: what is "no deflate" or "too long when inflated");
        }
    }

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    public async Task An_end_inside_a_message_is_told_and_the_message_stays_open(bool fromClient, int code)
    {
        await using var rig = await StartAsync();
        var (x, y) = rig.Sides(fromClient);
        await x.SendAsync(x.Frames.Frame(Opcode.Binary, new byte[1000]).ToArray()[..500]);
        Assert.False((await y.ReadAsync()).Header.Fin);

        x.Finish();

        Assert.Equal(code, (await y.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task Compression_that_was_not_agreed_on_is_a_violation()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync(rig.Client.Frames.Frame(Opcode.Text, [0], rsv: 4));

        Assert.Equal(CloseCode.ProtocolError, (await rig.Client.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task Any_cut_and_any_kind_arrives_as_it_was_sent()
    {
        var random = new Random(11);
        foreach (var (ofX, ofY) in ((bool, bool)[])[(true, true), (false, true), (true, false)])
        {
            await using var rig = await StartAsync(Deflating(fromClient: true, ofX, ofY));
            var frames = rig.Client.Frames;
            var sent = new List<(Opcode Opcode, byte[] Payload)>();
            for (var i = 0; i < 60; i++)
            {
                var text = new string((char)random.Next('a', 0x800), random.Next(3) * random.Next(2000));
                var payload = Encoding.UTF8.GetBytes(text);
                var opcode = random.Next(2) == 0 ? Opcode.Text : Opcode.Binary;
                Append(frames, opcode, payload, ofX && random.Next(2) == 0, random);
                sent.Add((opcode, payload));
            }

            var sending = SendInPiecesAsync(rig.Client, frames.ToArray(), random);
            foreach (var (opcode, payload) in sent)
            {
                var message = await RawMessage.ReadAsync(rig.BackEnd);
                Assert.Equal(opcode, message.Opcode);
                Assert.Equal(payload, message.Payload);
            }

            await sending;
        }
    }

    private static void Append(FrameBuilder frames, Opcode opcode, byte[] payload, bool compresses, Random random)
    {
        var rest = compresses ? RawMessage.Deflate(payload) : payload;
        for (var isFirst = true; ; isFirst = false)
        {
            var count = random.Next(3) == 0 ? rest.Length : random.Next(rest.Length + 1);
            frames.Frame(
                isFirst ? opcode : Opcode.Continuation,
                rest.AsSpan(0, count),
                fin: count == rest.Length,
                rsv: isFirst && compresses ? 4 : 0);
            if (count == rest.Length)
            {
                return;
            }

            rest = rest[count..];
        }
    }

    private static async Task SendInPiecesAsync(RawPeer peer, byte[] wire, Random random)
    {
        for (var start = 0; start < wire.Length;)
        {
            var count = Math.Min(random.Next(1, 3000), wire.Length - start);
            await peer.SendAsync(wire[start..(start + count)]);
            start += count;
        }
    }

    /// <summary>The offender is told why, and the other side nothing that ends the message in question.</summary>
    private static async Task MustEndAsync(RelayRig rig, bool fromClient, int code, bool mayEndFirst = false)
    {
        var (x, y) = rig.Sides(fromClient);
        Assert.Equal(code, (await x.ReadCloseAsync()).Code);
        var ends = 0;
        RawFrame frame;
        while ((frame = await y.ReadAsync()).Opcode != Opcode.Close)
        {
            ends += frame.Header.Fin ? 1 : 0;
        }

        Assert.Equal(mayEndFirst ? 1 : 0, ends);
        Assert.Equal(
            code == CloseCode.MessageTooBig ? code : fromClient ? CloseCode.GoingAway : CloseCode.InternalError,
            frame.Code);
        await EndAsync(rig);
    }

    private static byte[] Inflate(byte[] wire, int length)
    {
        // What ends the message after the pieces is an empty frame.
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.Equal(InflateStatus.Done, PermessageDeflate.Inflate(wire, output, length));
        return output.WrittenSpan.ToArray();
    }

    private static RelayRules Deflating(bool fromClient, bool ofX, bool ofY) => new()
    {
        FirstDeflates = fromClient ? ofX : ofY,
        SecondDeflates = fromClient ? ofY : ofX,
    };

    private static Task<RelayRig> StartAsync(RelayRules? rules = null) =>
        RelayRig.StartAsync((rules ?? new RelayRules()) with { OpensMessages = true });

    private static async Task<RelayEnd> EndAsync(RelayRig rig)
    {
        rig.Client.Dispose();
        rig.BackEnd.Dispose();
        return await rig.EndAsync();
    }
}
