using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>
/// Framings that lose nothing: what a WebSocket says comes out again behind the bytes. Rows 5.2-01, 5.2-02, 5.2-10.
/// </summary>
public sealed class RelayFramingTests
{
    private const string Letters = "ab \"\\/\n\r\t\b\u0001\u007fü€\ud83d\ude42\u2028";

    [Theory]
    [InlineData(Framing.JsonLine, true)]
    [InlineData(Framing.JsonLine, false)]
    [InlineData(Framing.Base64Line, true)]
    [InlineData(Framing.Base64Line, false)]
    [InlineData(Framing.TypedLength, true)]
    [InlineData(Framing.TypedLength, false)]
    [Row("5.2-01", Way.ToBytes)]
    [Row("5.2-02", Way.ToBytes)]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Any_message_comes_out_as_it_went_in_however_it_is_cut(object framing, bool fromClient)
    {
        const int Seed = 17;
        var random = new Random(Seed);
        var rules = new RelayRules { Framing = (Framing)framing, ChunkBytes = 1024 };
        await using var into = await RelayRig.StartAsync(fromClient, !fromClient, rules);
        await using var outOf = await RelayRig.StartAsync(!fromClient, fromClient, rules);
        var (source, bytes) = into.Sides(fromClient);
        var (bytesAgain, target) = outOf.Sides(fromClient);
        var sent = Messages(random, rules.Framing);
        var sending = SendAsync(source, sent, random);
        var passing = PassOnAsync(bytes, bytesAgain, random);

        foreach (var (opcode, payload) in sent)
        {
            var message = await RawMessage.ReadAsync(target);
            Assert.Equal(payload, message.Payload);
            Assert.Equal(rules.Framing == Framing.Base64Line ? Opcode.Binary : opcode, message.Opcode);
        }

        await sending;
        source.Dispose();
        await Record.ExceptionAsync(() => passing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Bytes_with_a_type_become_messages_of_it_at_every_cut(bool fromClient)
    {
        byte[] wire = [1, 0, 0, 0, 2, 0xc3, 0xbc, 2, 0, 0, 0, 1, 0xff, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0];
        for (var cut = 1; cut < wire.Length; cut++)
        {
            await using var rig = await RelayRig.StartAsync(
                !fromClient, fromClient, new RelayRules { Framing = Framing.TypedLength });
            var (bytes, socket) = rig.Sides(fromClient);
            await bytes.SendAsync(wire[..cut]);
            await bytes.SendAsync(wire[cut..]);

            foreach (var (opcode, payload) in ((Opcode, byte[])[])
                [(Opcode.Text, [0xc3, 0xbc]), (Opcode.Binary, [0xff]), (Opcode.Text, []), (Opcode.Binary, [])])
            {
                var message = await RawMessage.ReadAsync(socket);
                Assert.Equal(opcode, message.Opcode);
                Assert.Equal(payload, message.Payload);
            }
        }
    }

    [Theory]
    [InlineData(Framing.JsonLine, "x\n")]
    [InlineData(Framing.JsonLine, "\n")]
    [InlineData(Framing.JsonLine, "\"a\n")]
    [InlineData(Framing.JsonLine, "\"a\" \n")]
    [InlineData(Framing.JsonLine, "\"a\"b\"\n")]
    [InlineData(Framing.JsonLine, "\"\\x\"\n")]
    [InlineData(Framing.JsonLine, "\"\\\"\n")]
    [InlineData(Framing.JsonLine, "\"\t\"\n")]
    [InlineData(Framing.JsonLine, "\"\\u00g0\"\n")]
    [InlineData(Framing.JsonLine, "\"\\u12\"\n")]
    [InlineData(Framing.JsonLine, "\"\\ud83d\"\n")]
    [InlineData(Framing.JsonLine, "\"\\ud83d\\u0041\"\n")]
    [InlineData(Framing.JsonLine, "\"\\ude42\"\n")]
    [InlineData(Framing.JsonLine, "\"\\ud83dx12345\"\n")]
    [InlineData(Framing.Base64Line, "a\n")]
    [InlineData(Framing.Base64Line, "YQ\n")]
    [InlineData(Framing.Base64Line, "YQ=\n")]
    [InlineData(Framing.Base64Line, "YWJj====\n")]
    [InlineData(Framing.Base64Line, "YQ==YQ==\n")]
    [InlineData(Framing.Base64Line, "YW Jj\n")]
    [InlineData(Framing.Base64Line, "YW-_\n")]
    [InlineData(Framing.TypedLength, "\0\0\0\0\0")]
    [InlineData(Framing.TypedLength, "\u0003\0\0\0\0")]
    [InlineData(Framing.TypedLength, "\u0008\0\0\0\0")]
    [Row("5.2-10", Way.FromBytes)]
    public async Task Bytes_that_are_not_of_their_form_end_both(object framing, string wire)
    {
        foreach (var fromClient in (bool[])[true, false])
        {
            await using var rig = await RelayRig.StartAsync(
                !fromClient, fromClient, new RelayRules { Framing = (Framing)framing });
            var (bytes, socket) = rig.Sides(fromClient);

            await bytes.SendAsync(Encoding.UTF8.GetBytes(wire));

            Assert.Equal(fromClient ? 1001 : 1011, (await socket.ReadCloseAsync()).Code);
            await bytes.MustBreakAsync();
            socket.Dispose();
            (await rig.EndAsync()).MustBe(fromClient ? "client" : "backend", "protocol-error");
        }
    }

    private static List<(Opcode Opcode, byte[] Payload)> Messages(Random random, Framing framing)
    {
        var sent = new List<(Opcode, byte[])>();
        for (var i = 0; i < 120; i++)
        {
            var length = random.Next(4) switch { 0 => random.Next(8), 1 => random.Next(300), _ => random.Next(9000) };
            var isText = framing == Framing.JsonLine || random.Next(2) == 0;
            var payload = new byte[length];
            random.NextBytes(payload);
            if (isText)
            {
                var runes = Letters.EnumerateRunes().ToArray();
                payload = Encoding.UTF8.GetBytes(string.Concat(payload.Select(one => runes[one % runes.Length])));
            }

            sent.Add((isText ? Opcode.Text : Opcode.Binary, payload));
        }

        return sent;
    }

    /// <summary>Each in one frame or in two, and cut anywhere.</summary>
    private static async Task SendAsync(RawPeer peer, List<(Opcode Opcode, byte[] Payload)> messages, Random random)
    {
        var frames = peer.Frames;
        foreach (var (opcode, payload) in messages)
        {
            var cut = random.Next(payload.Length + 1);
            frames.Frame(opcode, payload.AsSpan(0, cut), fin: cut == payload.Length);
            if (cut < payload.Length)
            {
                frames.Frame(Opcode.Continuation, payload.AsSpan(cut));
            }
        }

        var wire = frames.ToArray();
        for (var start = 0; start < wire.Length;)
        {
            var count = Math.Min(random.Next(1, 5000), wire.Length - start);
            await peer.SendAsync(wire[start..(start + count)]);
            start += count;
        }
    }

    private static async Task PassOnAsync(RawPeer from, RawPeer to, Random random)
    {
        while (true)
        {
            var first = await from.ReadBytesAsync(1);
            var rest = await from.ReadBytesAsync(Math.Min(from.Unread, random.Next(4000)));
            await to.SendAsync([.. first, .. rest]);
        }
    }
}
