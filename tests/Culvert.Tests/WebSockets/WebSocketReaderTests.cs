using System.Buffers;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class WebSocketReaderTests
{
    private static readonly WebSocketReaderOptions Client = new() { Role = WebSocketRole.Client };
    private static readonly WebSocketReaderOptions Small = new() { MaxMessageBytes = 10 };

    // RFC 6455 §5.7; the 256-byte and 64 KiB examples follow below.
    [Theory]
    [InlineData("810548656C6C6F", false, "text Hello")]
    [InlineData("818537FA213D7F9F4D5158", true, "text Hello")]
    [InlineData("010348656C80026C6F", false, "text Hello")]
    [InlineData("890548656C6C6F", false, "ping 48656C6C6F")]
    [InlineData("8A8537FA213D7F9F4D5158", true, "pong 48656C6C6F")]
    public void The_examples_of_the_RFC_are_understood(string hex, bool masked, string expected)
    {
        Assert.Equal([expected], EventLog.Of(Convert.FromHexString(hex), masked ? null : Client));
    }

    [Theory]
    [InlineData(256, "827E0100")]
    [InlineData(65536, "827F0000000000010000")]
    public void The_long_examples_of_the_RFC_are_understood(int length, string header)
    {
        byte[] wire = [.. Convert.FromHexString(header), .. new byte[length]];

        var events = EventLog.Of(wire, Client);

        Assert.Equal(["binary " + new string('0', length * 2)], events);
    }

    [Fact]
    public void An_empty_message_is_a_message()
    {
        var wire = new FrameBuilder().Text("").Frame(Opcode.Binary, []).Frame(Opcode.Ping, []).ToArray();

        Assert.Equal(["text ", "binary", "ping"], EventLog.Of(wire));
    }

    [Fact]
    public void Control_frames_appear_between_fragments()
    {
        var wire = new FrameBuilder()
            .Text("He", fin: false).Frame(Opcode.Ping, [1])
            .Frame(Opcode.Continuation, "l"u8, fin: false).Frame(Opcode.Pong, [2])
            .Frame(Opcode.Continuation, [], fin: false)
            .Frame(Opcode.Continuation, "lo"u8).Text("next").ToArray();

        Assert.Equal(["ping 01", "pong 02", "text Hello", "text next"], EventLog.Of(wire));
    }

    [Fact]
    public void A_character_may_be_cut_between_fragments()
    {
        var euro = "€"u8.ToArray();
        var wire = new FrameBuilder().Frame(Opcode.Text, euro.AsSpan(0, 1), fin: false)
            .Frame(Opcode.Continuation, euro.AsSpan(1, 1), fin: false)
            .Frame(Opcode.Continuation, euro.AsSpan(2)).ToArray();

        Assert.Equal(["text €"], EventLog.Of(wire));
    }

    [Fact]
    public void Invalid_text_fails_before_its_frame_is_complete()
    {
        var wire = new FrameBuilder().Frame(Opcode.Text, [0x41, 0xED, 0xA0, 0x80, 0x41]).ToArray();

        Assert.Equal(["failure 1007 text is not UTF-8"], EventLog.Of(wire[..9]));
    }

    [Fact]
    public void Text_that_ends_inside_a_character_fails()
    {
        string[] expected = ["failure 1007 text is not UTF-8"];

        Assert.Equal(expected, EventLog.Of(new FrameBuilder().Frame(Opcode.Text, [0xE2, 0x82]).ToArray()));
        var fragments = new FrameBuilder().Frame(Opcode.Text, [0xE2, 0x82], fin: false).Frame(Opcode.Continuation, []);
        Assert.Equal(expected, EventLog.Of(fragments.ToArray()));
    }

    [Fact]
    public void Binary_may_be_anything()
    {
        Assert.Equal(["binary FFC0"], EventLog.Of(new FrameBuilder().Frame(Opcode.Binary, [0xFF, 0xC0]).ToArray()));
    }

    [Fact]
    public void Each_role_refuses_the_wrong_masking()
    {
        var masked = new FrameBuilder().Text("x").ToArray();
        var unmasked = new FrameBuilder(masked: false).Text("x").ToArray();

        Assert.Equal(["failure 1002 frame from a server is masked"], EventLog.Of(masked, Client));
        Assert.Equal(["failure 1002 frame from a client is not masked"], EventLog.Of(unmasked));
    }

    [Fact]
    public void Reserved_bits_are_refused_unless_deflate_gives_them_a_meaning()
    {
        Opcode[] opcodes = [Opcode.Text, Opcode.Binary, Opcode.Close, Opcode.Ping, Opcode.Pong, Opcode.Continuation];
        foreach (var opcode in opcodes)
        {
            for (var rsv = 1; rsv < 8; rsv++)
            {
                var start = new FrameBuilder();
                if (opcode == Opcode.Continuation)
                {
                    start.Text("a", fin: false);
                }

                var wire = start.Frame(opcode, [], rsv: rsv).ToArray();
                var meansDeflate = rsv == 4 && opcode is Opcode.Text or Opcode.Binary && rsv == 4;

                Assert.Equal(["failure 1002 reserved bit set"], EventLog.Of(wire));
                var withDeflate = EventLog.Of(wire, new WebSocketReaderOptions { Deflate = true });
                Assert.Equal(!meansDeflate, withDeflate is ["failure 1002 reserved bit set"]);
            }
        }
    }

    [Theory]
    [InlineData("83", "reserved opcode")]
    [InlineData("8B", "reserved opcode")]
    [InlineData("0980", "fragmented control frame")]
    [InlineData("89FE", "control frame over 125 bytes")]
    [InlineData("82FE007D", "length not in its shortest form")]
    [InlineData("82FF8000000000000000", "length with its top bit set")]
    [InlineData("808001020304", "continuation without a message")]
    [InlineData("0180010203048180010203", null)]
    [InlineData("018001020304818001020304", "new message inside a fragmented one")]
    public void Violations_of_framing_are_refused(string hex, string? reason)
    {
        string[] expected = reason is null ? [] : ["failure 1002 " + reason];

        Assert.Equal(expected, EventLog.Of(Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("", "close 1005")]
    [InlineData("03E9676F6E65", "close 1001 gone")]
    [InlineData("0FA3", "close 4003")]
    [InlineData("03", "failure 1002 close payload of one byte")]
    [InlineData("03ED", "failure 1002 invalid close code")]
    [InlineData("03E8C0", "failure 1007 close reason is not UTF-8")]
    public void A_close_is_read_and_judged(string hex, string expected)
    {
        var wire = new FrameBuilder().Frame(Opcode.Close, Convert.FromHexString(hex)).Text("ignored").ToArray();

        Assert.Equal([expected], EventLog.Of(wire));
    }

    [Fact]
    public void Input_after_an_end_is_taken_and_ignored()
    {
        using var log = new EventLog();
        log.Feed([0x83]);

        log.Feed(new FrameBuilder().Text("more").ToArray());

        Assert.Single(log.Lines);
        Assert.True(log.Reader.HasEnded);
    }

    [Theory]
    [InlineData(11L)]
    [InlineData(65536L)]
    [InlineData(long.MaxValue)]
    public void An_announced_length_over_the_limit_fails_before_any_payload(long length)
    {
        var wire = new FrameBuilder().Header(Opcode.Binary, length).ToArray();

        Assert.Equal(["failure 1009 message over 10 bytes"], EventLog.Of(wire, Small));
    }

    [Fact]
    public void The_limit_holds_across_fragments()
    {
        var atLimit = new FrameBuilder().Text("12345", fin: false).Frame(Opcode.Continuation, "67890"u8).ToArray();
        var over = new FrameBuilder().Text("12345", fin: false).Header(Opcode.Continuation, 6).ToArray();
        var farOver = new FrameBuilder().Text("1", fin: false).Header(Opcode.Continuation, long.MaxValue).ToArray();

        Assert.Equal(["text 1234567890"], EventLog.Of(atLimit, Small));
        Assert.Equal(["failure 1009 message over 10 bytes"], EventLog.Of(over, Small));
        Assert.Equal(["failure 1009 message over 10 bytes"], EventLog.Of(farOver, Small));
    }

    [Fact]
    public void Every_message_has_the_whole_limit()
    {
        var wire = new FrameBuilder().Text("1234567890").Text("12345", fin: false)
            .Frame(Opcode.Continuation, "67890"u8).Text("abcdefghij").ToArray();

        Assert.Equal(["text 1234567890", "text 1234567890", "text abcdefghij"], EventLog.Of(wire, Small));
    }

    [Fact]
    public void The_limit_does_not_apply_to_control_frames()
    {
        var wire = new FrameBuilder().Frame(Opcode.Ping, new byte[125]).ToArray();

        Assert.Equal(["ping " + new string('0', 250)], EventLog.Of(wire, Small));
    }

    [Fact]
    public void A_message_inside_one_segment_is_not_copied()
    {
        var wire = new FrameBuilder().Text("Hello").ToArray();
        using var reader = new WebSocketReader(new WebSocketReaderOptions());
        var input = new ReadOnlySequence<byte>(wire);

        Assert.True(reader.TryRead(ref input, out var message));

        Assert.False(reader.HoldsBuffer);
        Assert.True(message.Payload.Span.Overlaps(wire));
        Assert.Equal("Hello", Encoding.UTF8.GetString(wire.AsSpan(6)));
    }

    [Fact]
    public void No_buffer_is_held_between_messages()
    {
        var wire = new FrameBuilder().Text("Hello", fin: false).Frame(Opcode.Continuation, "!"u8).ToArray();
        using var log = new EventLog();

        log.Feed(wire[..8]);
        Assert.True(log.Reader.HoldsBuffer);
        log.Feed(wire[8..]);

        Assert.False(log.Reader.HoldsBuffer);
        Assert.False(log.Reader.IsInMessage);
        Assert.Equal(["text Hello!"], log.Lines);
    }

    [Fact]
    public void A_message_cut_short_is_known_and_its_buffer_is_given_back()
    {
        using var log = new EventLog();
        log.Feed(new FrameBuilder().Header(Opcode.Text, 100).Raw(1, 2, 3).ToArray());

        Assert.True(log.Reader.IsInMessage);
        log.Reader.Dispose();

        Assert.False(log.Reader.HoldsBuffer);
    }

    [Fact]
    public void Memory_follows_the_bytes_received_and_not_those_announced()
    {
        var options = new WebSocketReaderOptions { MaxMessageBytes = 1 << 30 };
        using var reader = new WebSocketReader(options);
        var input = new ReadOnlySequence<byte>(new FrameBuilder().Header(Opcode.Binary, 1 << 30).Raw(1).ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();

        reader.TryRead(ref input, out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
    }
}
