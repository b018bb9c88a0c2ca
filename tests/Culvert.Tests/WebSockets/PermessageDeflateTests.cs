using System.Buffers;
using System.IO.Compression;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class PermessageDeflateTests
{
    private static readonly WebSocketReaderOptions Deflate = new() { Deflate = true };

    // RFC 7692 §7.2.3.1 to §7.2.3.6, and peers that go further with final blocks.
    [Theory]
    [InlineData("F248CDC9C90700", "Hello")]
    [InlineData("000500FAFF48656C6C6F00", "Hello")]
    [InlineData("F348CDC9C9070000", "Hello")]
    [InlineData("F348CDC9C90700", "Hello")]
    [InlineData("F24805000000FFFFCAC9C90700", "Hello")]
    [InlineData("00", "")]
    [InlineData("", "")]
    [InlineData("F348CDC9C90700F348CDC9C9070000", "HelloHello")]
    [InlineData("F348CDC9C90700F248CDC9C90700", "HelloHello")]
    public void The_vectors_of_the_RFC_inflate(string hex, string expected)
    {
        var wire = new FrameBuilder().Frame(Opcode.Text, Convert.FromHexString(hex), rsv: 4).ToArray();

        Assert.Equal(["text " + expected], EventLog.Of(wire, Deflate));
    }

    [Fact]
    public void The_fragmented_vector_of_the_RFC_inflates()
    {
        var wire = new FrameBuilder().Frame(Opcode.Text, [0xF2, 0x48, 0xCD], fin: false, rsv: 4)
            .Frame(Opcode.Continuation, [0xC9, 0xC9, 0x07, 0x00]).ToArray();

        Assert.Equal(["text Hello"], EventLog.Of(wire, Deflate));
    }

    [Theory]
    [InlineData("FFFFFF")]
    [InlineData("F248CD")]
    [InlineData("07")]
    [InlineData("000500FAFF4865")]
    [InlineData("F348CDC9C90700FF")]
    [InlineData("001000EFFF48")]
    public void Data_that_is_no_deflate_fails_with_1007(string hex)
    {
        var wire = new FrameBuilder().Frame(Opcode.Binary, Convert.FromHexString(hex), rsv: 4).ToArray();

        Assert.Equal(["failure 1007 compressed data is invalid"], EventLog.Of(wire, Deflate));
    }

    [Fact]
    public void Endless_final_blocks_are_refused()
    {
        var wire = new FrameBuilder().Frame(
            Opcode.Binary, [.. Enumerable.Repeat<byte[]>([0x03, 0x00], 100).SelectMany(block => block)], rsv: 4);

        Assert.Equal(["failure 1007 compressed data is invalid"], EventLog.Of(wire.ToArray(), Deflate));
    }

    [Fact]
    public void Inflated_text_must_be_UTF8()
    {
        var output = new ArrayBufferWriter<byte>();
        PermessageDeflate.Deflate([0xFF, 0xFE], output);

        var wire = new FrameBuilder().Frame(Opcode.Text, output.WrittenSpan, rsv: 4).ToArray();

        Assert.Equal(["failure 1007 text is not UTF-8"], EventLog.Of(wire, Deflate));
    }

    [Fact]
    public void A_continuation_must_not_repeat_the_compressed_bit()
    {
        var wire = new FrameBuilder().Frame(Opcode.Text, [0xF2, 0x48, 0xCD], fin: false, rsv: 4)
            .Frame(Opcode.Continuation, [0xC9, 0xC9, 0x07, 0x00], rsv: 4).ToArray();

        Assert.Equal(["failure 1002 reserved bit set"], EventLog.Of(wire, Deflate));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(100_000)]
    public void What_is_deflated_inflates_again(int length)
    {
        var random = new Random(length);
        byte[][] payloads = [new byte[length], new byte[length]];
        random.NextBytes(payloads[1]);
        foreach (var payload in payloads)
        {
            var compressed = new ArrayBufferWriter<byte>();
            var restored = new ArrayBufferWriter<byte>();

            PermessageDeflate.Deflate(payload, compressed);
            var status = PermessageDeflate.Inflate(compressed.WrittenMemory, restored, length);

            Assert.Equal(InflateStatus.Done, status);
            Assert.True(payload.AsSpan().SequenceEqual(restored.WrittenSpan));
        }
    }

    [Fact]
    public void The_limit_is_exact()
    {
        var compressed = new ArrayBufferWriter<byte>();
        PermessageDeflate.Deflate(new byte[1000], compressed);

        foreach (var limit in new[] { 1000, 999, 0 })
        {
            var expected = limit == 1000 ? InflateStatus.Done : InflateStatus.TooBig;
            var output = new ArrayBufferWriter<byte>();

            Assert.Equal(expected, PermessageDeflate.Inflate(compressed.WrittenMemory, output, limit));
            Assert.InRange(output.WrittenCount, 0, limit);
        }
    }

    [Fact]
    public void A_bomb_costs_no_more_than_the_limit()
    {
        var bomb = new ArrayBufferWriter<byte>();
        PermessageDeflate.Deflate(new byte[50_000_000], bomb);
        var options = Deflate with { MaxMessageBytes = 65536 };
        var wire = new FrameBuilder().Frame(Opcode.Binary, bomb.WrittenSpan, rsv: 4).ToArray();
        using var reader = new WebSocketReader(options);
        var input = new ReadOnlySequence<byte>(wire);
        var before = GC.GetAllocatedBytesForCurrentThread();

        reader.TryRead(ref input, out var result);

        Assert.Equal(CloseCode.MessageTooBig, result.CloseCode);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
        Assert.False(reader.HoldsBuffer);
    }

    [Fact]
    public void An_incompressible_message_at_the_limit_arrives()
    {
        var payload = new byte[1000];
        new Random(3).NextBytes(payload);
        var compressed = new ArrayBufferWriter<byte>();
        PermessageDeflate.Deflate(payload, compressed);
        Assert.True(compressed.WrittenCount > payload.Length);

        var wire = new FrameBuilder().Frame(Opcode.Binary, compressed.WrittenSpan, rsv: 4).ToArray();

        Assert.Equal(
            ["binary " + Convert.ToHexString(payload)],
            EventLog.Of(wire, Deflate with { MaxMessageBytes = payload.Length }));
    }

    [Fact]
    public void A_message_at_the_limit_may_travel_in_nine_bits_a_byte()
    {
        var random = new Random(4);
        var payload = new byte[100_000];
        for (var index = 0; index < payload.Length; index++)
        {
            payload[index] = (byte)random.Next(144, 256);
        }

        var compressed = FixedCodes(payload);
        var wire = new FrameBuilder().Frame(Opcode.Binary, compressed, rsv: 4).ToArray();

        var events = EventLog.Of(wire, Deflate with { MaxMessageBytes = payload.Length });

        Assert.True(compressed.Length > payload.Length + 10_000);
        Assert.Equal(["binary " + Convert.ToHexString(payload)], events);
    }

    [Fact]
    public void A_compressed_length_far_over_the_limit_fails_before_any_payload()
    {
        var limited = Deflate with { MaxMessageBytes = 1000 };
        var wire = new FrameBuilder().Header(Opcode.Binary, 1000 + 125 + 65, rsv: 4).ToArray();

        Assert.Equal(["failure 1009 message over 1000 bytes"], EventLog.Of(wire, limited));
    }

    [Fact]
    public void Messages_do_not_share_a_window()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("the same words again ", 10)));
        var first = WebSocketWriter.Prepare(Opcode.Text, text, deflate: true);
        var second = WebSocketWriter.Prepare(Opcode.Text, text, deflate: true);

        Assert.Equal(first, second);
        var events = EventLog.Of([.. first, .. second], Deflate with { Role = WebSocketRole.Client });
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public void Every_level_of_the_runtimes_compressor_inflates()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(index => $"line {index}\n")));
        foreach (var level in Enum.GetValues<CompressionLevel>())
        {
            using var target = new MemoryStream();
            using var stream = new DeflateStream(target, level);
            stream.Write(text);
            stream.Flush();
            var compressed = target.ToArray().AsMemory(..^4);
            var output = new ArrayBufferWriter<byte>();

            Assert.Equal(InflateStatus.Done, PermessageDeflate.Inflate(compressed, output, 100_000));
            Assert.True(text.AsSpan().SequenceEqual(output.WrittenSpan));
        }
    }

    /// <summary>One block of fixed codes (RFC 1951 §3.2.6) for bytes from 144 up, which take nine bits each.</summary>
    private static byte[] FixedCodes(byte[] payload)
    {
        var bits = new List<bool> { false, true, false };
        foreach (var value in payload)
        {
            var code = 0b1_1001_0000 + value - 144;
            for (var bit = 8; bit >= 0; bit--)
            {
                bits.Add((code >> bit & 1) != 0);
            }
        }

        // The end of the block, and the header of the empty stored block whose rest a sender removes.
        bits.AddRange(new bool[7 + 3]);
        var bytes = new byte[(bits.Count + 7) / 8];
        new System.Collections.BitArray(bits.ToArray()).CopyTo(bytes, 0);
        return bytes;
    }
}
