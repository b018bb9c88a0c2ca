using System.Text;
using Culvert.Client.Connecting;
using Culvert.Client.Tunnels;
using Culvert.Protocol.WebSockets;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>The client's end of a tunnel's WebSocket: frames in, in any pieces, and frames out.</summary>
public sealed class WebSocketCarrierTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static byte[] Wire => new FrameBuilder(false)
        .Frame(Opcode.Binary, "one"u8)
        .Frame(Opcode.Ping, "x"u8)
        .Frame(Opcode.Binary, [])
        .Frame(Opcode.Binary, "tw"u8, fin: false)
        .Frame(Opcode.Pong, [])
        .Frame(Opcode.Continuation, "o"u8)
        .Frame(Opcode.Binary, Encoding.ASCII.GetBytes(new string('3', 300)))
        .Frame(Opcode.Close, [0x03, 0xE8, (byte)'b'])
        .ToArray();

    [Fact]
    public async Task Bytes_come_out_the_same_however_they_are_cut()
    {
        var expected = "onetwo" + new string('3', 300);
        for (var most = 1; most <= Wire.Length; most++)
        {
            Assert.Equal(expected, await ReadAsync(Wire, most, early: 0));
        }

        for (var early = 0; early <= Wire.Length; early++)
        {
            Assert.Equal(expected, await ReadAsync(Wire, Wire.Length, early));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x82, 0x81, 0, 0, 0, 0, 0 }, 1002)]
    [InlineData(new byte[] { 0xC2, 0x00 }, 1002)]
    [InlineData(new byte[] { 0x83, 0x00 }, 1002)]
    [InlineData(new byte[] { 0x80, 0x00 }, 1002)]
    [InlineData(new byte[] { 0x02, 0x01, 0, 0x82, 0x00 }, 1002)]
    [InlineData(new byte[] { 0x88, 0x01, 0 }, 1002)]
    [InlineData(new byte[] { 0x81, 0x00 }, 1003)]
    [InlineData(new byte[] { 0x82, 0x7F, 0, 0, 0, 0, 0, 0x10, 0, 1 }, 1009)]
    public async Task A_violation_is_a_lost_carrier_and_the_server_is_told(byte[] wire, int code)
    {
        var stream = new SlicedStream(wire, wire.Length);
        await using var carrier = Carrier(stream, default);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (!(await carrier.ReceiveAsync(Cancel)).IsEmpty)
            {
                // Up to the violation.
            }
        });

        var frame = stream.Written;
        Assert.Equal((0x88, true), (frame[0], frame[1] >= 0x82));
        Assert.Equal(code, ((frame[6] ^ frame[2]) << 8) | (frame[7] ^ frame[3]));
    }

    [Fact]
    public async Task An_end_without_a_close_is_a_lost_carrier()
    {
        await using var carrier = Carrier(new SlicedStream([], 1), default);

        await Assert.ThrowsAsync<IOException>(() => carrier.ReceiveAsync(Cancel).AsTask());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task A_batch_is_one_masked_frame_with_a_key_of_its_own(int bytes)
    {
        var stream = new SlicedStream([], 1);
        await using var carrier = Carrier(stream, default);
        var payload = new byte[bytes];
        new Random(1).NextBytes(payload);
        var keys = new HashSet<uint>();

        for (var i = 0; i < 3; i++)
        {
            await carrier.SendAsync((byte[])[.. new byte[carrier.HeadroomBytes], .. payload], Cancel);
        }

        var rest = stream.Written.AsSpan();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ParseStatus.Complete, FrameHeader.TryParse(rest, out var header, out var length));
            Assert.Equal((Opcode.Binary, true, true, bytes),
                (header.Opcode, header.Fin, header.Masked, (int)header.PayloadLength));
            Assert.True(keys.Add(header.MaskKey));
            var body = rest.Slice(length, bytes);
            Masking.Apply(body, header.MaskKey, 0);
            Assert.True(body.SequenceEqual(payload));
            rest = rest[(length + bytes)..];
        }

        Assert.True(rest.IsEmpty);
    }

    private static async Task<string> ReadAsync(byte[] wire, int most, int early)
    {
        await using var carrier = Carrier(new SlicedStream(wire[early..], most), wire.AsMemory(0, early));
        var text = new StringBuilder();
        while (await carrier.ReceiveAsync(Cancel) is { IsEmpty: false } slice)
        {
            text.Append(Encoding.ASCII.GetString(slice.Span));
        }

        Assert.Equal((1000, "b"), carrier.PeerClose);
        return text.ToString();
    }

    private static WebSocketCarrier Carrier(Stream stream, ReadOnlyMemory<byte> early) =>
        new(new OpenedWebSocket(stream, early, "culvert.yamux.v0", false, [], null), new TunnelOptions());
}
