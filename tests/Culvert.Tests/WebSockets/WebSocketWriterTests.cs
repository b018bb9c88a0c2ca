using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class WebSocketWriterTests
{
    private static readonly WebSocketReaderOptions Client = new() { Role = WebSocketRole.Client, Deflate = true };

    [Fact]
    public void The_examples_of_the_RFC_are_written()
    {
        Assert.Equal("810548656C6C6F", Hex(output => WebSocketWriter.WriteMessage(output, Opcode.Text, "Hello"u8)));
        Assert.Equal(
            "818537FA213D7F9F4D5158",
            Hex(output => WebSocketWriter.WriteMessage(output, Opcode.Text, "Hello"u8, 0x3d21fa37)));
        Assert.Equal("890548656C6C6F", Hex(output => WebSocketWriter.WritePing(output, "Hello"u8)));
        Assert.Equal(
            "8A8537FA213D7F9F4D5158", Hex(output => WebSocketWriter.WritePong(output, "Hello"u8, 0x3d21fa37)));
        Assert.Equal("880203E8", Hex(output => WebSocketWriter.WriteClose(output, 1000)));
        Assert.Equal("880503E9627965", Hex(output => WebSocketWriter.WriteClose(output, 1001, "bye")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(300_000)]
    public void What_is_written_in_small_pieces_is_read_back(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        foreach (var key in new uint?[] { null, 0x3d21fa37 })
        {
            var output = new StingyWriter();
            var options = new WebSocketReaderOptions
            {
                Role = key is null ? WebSocketRole.Client : WebSocketRole.Server,
                MaxMessageBytes = 300_000,
            };

            WebSocketWriter.WriteMessage(output, Opcode.Binary, payload, key);

            var expected = length == 0 ? "binary" : "binary " + Convert.ToHexString(payload);
            Assert.Equal([expected], EventLog.Of(output.ToArray(), options));
        }
    }

    [Fact]
    public void Deflated_messages_are_compressed_when_that_helps()
    {
        var compressible = new byte[1000];
        byte[] short2 = [1, 2];

        var helped = WebSocketWriter.Prepare(Opcode.Binary, compressible, deflate: true);
        var notHelped = WebSocketWriter.Prepare(Opcode.Binary, short2, deflate: true);
        var empty = WebSocketWriter.Prepare(Opcode.Text, [], deflate: true);

        Assert.Equal(0xC2, helped[0]);
        Assert.InRange(helped.Length, 3, 50);
        Assert.Equal([0x82, 2, 1, 2], notHelped);
        Assert.Equal([0x81, 0], empty);
        Assert.Equal(["binary " + Convert.ToHexString(compressible)], EventLog.Of(helped, Client));
    }

    [Fact]
    public void A_prepared_frame_equals_the_written_one()
    {
        foreach (var length in new[] { 0, 1, 125, 126, 5000, 70_000 })
        {
            var payload = new byte[length];
            var plain = new ArrayBufferWriter<byte>();
            var deflated = new ArrayBufferWriter<byte>();

            WebSocketWriter.WriteMessage(plain, Opcode.Text, payload);
            WebSocketWriter.WriteDeflatedMessage(deflated, Opcode.Text, payload);

            Assert.Equal(plain.WrittenSpan, WebSocketWriter.Prepare(Opcode.Text, payload));
            Assert.Equal(deflated.WrittenSpan, WebSocketWriter.Prepare(Opcode.Text, payload, deflate: true));
        }
    }

    [Fact]
    public void What_the_protocol_forbids_is_not_written()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<ArgumentException>(() => WebSocketWriter.WritePing(output, new byte[126]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketWriter.WriteClose(output, 1005));
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketWriter.WriteMessage(output, Opcode.Ping, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketWriter.Prepare(Opcode.Continuation, []));
        Assert.Throws<ArgumentException>(
            () => WebSocketWriter.WriteFrame(output, new FrameHeader { Opcode = Opcode.Ping }, []));
        Assert.Throws<ArgumentException>(
            () => WebSocketWriter.WriteFrame(output, new FrameHeader { Opcode = Opcode.Text, PayloadLength = 1 }, []));
        Assert.Equal(0, output.WrittenCount);
    }

    private static string Hex(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Convert.ToHexString(output.WrittenSpan);
    }

    /// <summary>Never gives more than was asked for, and seven bytes when asked for any.</summary>
    private sealed class StingyWriter : IBufferWriter<byte>
    {
        private readonly List<byte> _bytes = [];
        private byte[] _current = [];

        public byte[] ToArray() => [.. _bytes];

        public void Advance(int count) => _bytes.AddRange(_current.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _current = new byte[sizeHint == 0 ? 7 : sizeHint];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
