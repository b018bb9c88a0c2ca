using System.Buffers;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Fanout;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Fanout;

public sealed class BusFrameTests
{
    private static readonly BusMessage[] Messages =
    [
        new BusMessage.Moved(1, 2, []),
        new BusMessage.Moved(
            long.MaxValue,
            300,
            [
                new LogEvent { Kind = EventKind.Message, Offset = 299, Seq = 7, At = 1_790_000_000_000, Rev = 1 },
                new LogEvent
                {
                    Kind = EventKind.Kick,
                    Offset = 300,
                    At = -1,
                    Rev = 3,
                    Actor = "ålice"u8.ToArray(),
                    Key = "k-1",
                    Data = "{}"u8.ToArray(),
                    Detail = "\"user\":\"bob\""u8.ToArray(),
                    Erased = true,
                },
            ]),
        new BusMessage.Presence(3, 4, [new PresenceChange(1, 2, "bob", true), new PresenceChange(5, 6, "eve", false)]),
        new BusMessage.Passing(9, "typing"u8.ToArray(), "{}"u8.ToArray(), 0, 12),
        new BusMessage.News([1, 2, 3], "lobby", "news"u8.ToArray(), "{\"a\":1}"u8.ToArray()),
        new BusMessage.Away(4, "bob", true),
        new BusMessage.Control(77),
        new BusMessage.SignInFailed("bob", "192.0.2.1"),
    ];

    [Fact]
    public void Every_message_arrives_as_it_was()
    {
        var frame = BusFrame.Read(Frame(Messages));

        Assert.NotNull(frame);
        Assert.Equal((99L, 5L, Messages.Length), (frame.Sender, frame.First, frame.Count));
        Assert.Equal(Messages.Select(Show), frame.Messages.Select(Show));
    }

    [Fact]
    public void A_frame_cut_off_anywhere_is_none()
    {
        var bytes = Frame(Messages);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(BusFrame.Read(bytes.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Bytes_after_the_last_message_are_refused()
    {
        Assert.Null(BusFrame.Read((byte[])[.. Frame(Messages), 0]));
    }

    [Fact]
    public void Messages_of_kinds_that_only_newer_nodes_know_are_counted_and_passed_over()
    {
        var output = new ArrayBufferWriter<byte>();
        BusFrame.WriteHead(output, 99, 5, 2);
        BodyWriter.Number(output, 1_000);
        BodyWriter.Bytes(output, "whatever"u8);
        output.Write(MessageWriter.Write(new BusMessage.Control(1)));

        var frame = BusFrame.Read(output.WrittenMemory);

        Assert.NotNull(frame);
        Assert.Equal(2, frame.Count);
        Assert.Equal([new BusMessage.Control(1)], frame.Messages);
    }

    [Fact]
    public void A_body_may_grow_at_its_end()
    {
        var output = new ArrayBufferWriter<byte>();
        BusFrame.WriteHead(output, 99, 5, 1);
        BodyWriter.Number(output, (long)MessageKind.Control);
        BodyWriter.Bytes(output, [7, 1, 2, 3]);

        Assert.Equal([new BusMessage.Control(7)], BusFrame.Read(output.WrittenMemory)?.Messages);
    }

    [Theory]
    [InlineData("02")]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("01 6300000000000000 00 00")]
    [InlineData("01 6300000000000000 FFFFFFFFFFFFFFFFFF01 00")]
    [InlineData("01 6300000000000000 01 FFFFFFFF7F")]
    [InlineData("01 6300000000000000 01 01 06 FFFFFFFFFFFFFFFFFFFF")]
    [InlineData("01 6300000000000000 01 01 01 04 01 02 FF 01")]
    public void What_makes_no_sense_is_refused(string hex)
    {
        Assert.Null(BusFrame.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Bytes_that_were_changed_never_harm()
    {
        const int Seed = 20_261_122;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var whole = Frame(Messages);

        for (var round = 0; round < 20_000; round++)
        {
            var bytes = whole.AsSpan(0, random.Next(whole.Length + 1)).ToArray();
            for (var change = random.Next(8); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var frame = BusFrame.Read(bytes);
            Assert.True(frame is null || frame.Messages.Count <= frame.Count);
        }
    }

    private static byte[] Frame(BusMessage[] messages)
    {
        var output = new ArrayBufferWriter<byte>();
        BusFrame.WriteHead(output, 99, 5, messages.Length);
        foreach (var message in messages)
        {
            output.Write(MessageWriter.Write(message));
        }

        return output.WrittenSpan.ToArray();
    }

    // Records compare memory by where it is, not by what it holds.
    private static string Show(BusMessage message) => JsonSerializer.Serialize<object>(message);
}
