using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class WebSocketReaderSplitTests
{
    private static readonly WebSocketReaderOptions Options = new() { MaxMessageBytes = 400, Deflate = true };

    public static TheoryData<string> Streams => new(Wires.Keys);

    private static Dictionary<string, byte[]> Wires { get; } = new()
    {
        ["messages"] = new FrameBuilder().Text("Hello").Frame(Opcode.Binary, new byte[130]).Text("").Text("€uro")
            .ToArray(),
        ["fragments"] = new FrameBuilder().Text("€", fin: false).Frame(Opcode.Ping, [1, 2, 3])
            .Frame(Opcode.Continuation, "x"u8, fin: false).Frame(Opcode.Pong, []).Frame(Opcode.Continuation, "😀"u8)
            .Text("after").ToArray(),
        ["deflate"] = new FrameBuilder().Frame(Opcode.Text, Convert.FromHexString("F248CDC9C90700"), rsv: 4)
            .Frame(Opcode.Text, Convert.FromHexString("F248CD"), fin: false, rsv: 4).Frame(Opcode.Ping, [9])
            .Frame(Opcode.Continuation, Convert.FromHexString("C9C90700")).Text("plain").ToArray(),
        ["close"] = new FrameBuilder().Text("a").Frame(Opcode.Close, [0x03, 0xE8, 0x6F, 0x6B]).Text("b").ToArray(),
        ["bad text"] = new FrameBuilder().Text("ok").Frame(Opcode.Text, [0x41, 0xC0, 0x41, 0x41]).ToArray(),
        ["bad deflate"] = new FrameBuilder().Text("ok").Frame(Opcode.Text, [0xFF, 0xFF, 1], rsv: 4).ToArray(),
        ["too big"] = new FrameBuilder().Text("ok", fin: false).Header(Opcode.Continuation, 399).Raw(1, 2).ToArray(),
        ["reserved"] = new FrameBuilder().Text("ok").Raw(0x84, 0x80, 0, 0, 0, 0).ToArray(),
        ["two faults"] = new FrameBuilder().Text("ok").Raw(0xB9, 0xFE, 0, 0).ToArray(),
        ["long form"] = new FrameBuilder().Text("ok").Raw(0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 9).ToArray(),
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void One_byte_at_a_time_gives_the_same_events(string name)
    {
        var wire = Wires[name];
        var cuts = Enumerable.Range(1, wire.Length - 1).ToArray();

        Assert.Equal(EventLog.Of(wire, Options), EventLog.OfPieces(wire, Options, cuts));
        Assert.Equal(EventLog.Of(wire, Options), EventLog.OfSegments(wire, Options, cuts));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_split_in_two_gives_the_same_events(string name)
    {
        var wire = Wires[name];
        var expected = EventLog.Of(wire, Options);
        Assert.NotEmpty(expected);
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            Assert.Equal(expected, EventLog.OfPieces(wire, Options, cut));
            Assert.Equal(expected, EventLog.OfSegments(wire, Options, cut, cut));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void In_pieces_the_same_messages_come_wherever_it_is_cut(string name)
    {
        var wire = Wires[name];
        var expected = Joined(wire, Options, wire.Length);
        var pieced = Options with { MaxPiecedBytes = Options.MaxMessageBytes };
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            Assert.Equal(expected, Joined(wire, pieced, cut));
        }

        Assert.Equal(expected, Joined(wire, pieced, [.. Enumerable.Range(1, wire.Length)]));
    }

    [Fact]
    public void Random_bytes_never_throw_and_read_the_same_in_any_pieces()
    {
        var seed = Environment.GetEnvironmentVariable("CULVERT_SEED") is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CULVERT_SEED={seed}");
        var random = new Random(seed);
        for (var run = 0; run < 3_000; run++)
        {
            var wire = RandomWire(random);
            var cuts = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(wire.Length + 1)).Order().ToArray();

            var whole = EventLog.Of(wire, Options);
            var pieces = EventLog.OfPieces(wire, Options, cuts);

            Assert.True(whole.SequenceEqual(pieces), $"CULVERT_SEED={seed}, run {run}: {Convert.ToHexString(wire)}");
        }
    }

    [Fact]
    public void Random_bytes_never_make_the_reader_hold_more_than_its_limit()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var run = 0; run < 1_000; run++)
        {
            using var reader = new WebSocketReader(Options);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var input = new ReadOnlySequence<byte>(RandomWire(random));
            var read = GC.GetAllocatedBytesForCurrentThread() - before;
            while (reader.TryRead(ref input, out var result))
            {
                Assert.InRange(result.Payload.Length, 0, Options.MaxMessageBytes);
            }

            // What the pool adds the first time it meets a size is part of the figure.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - read, 0, 64 * 1024);
        }
    }

    /// <summary>The events in order, with the pieces of each message joined, and of a failed one none.</summary>
    private static List<string> Joined(byte[] wire, WebSocketReaderOptions options, params int[] cuts)
    {
        using var reader = new WebSocketReader(options);
        List<string> events = [];
        var message = "";
        var from = 0;
        foreach (var cut in cuts.Append(wire.Length))
        {
            var input = new ReadOnlySequence<byte>(wire.AsSpan(from, cut - from).ToArray());
            from = cut;
            while (reader.TryRead(ref input, out var read))
            {
                var text = Convert.ToHexString(read.Payload.Span);
                if (read.Kind is not (WebSocketEventKind.Text or WebSocketEventKind.Binary))
                {
                    events.Add($"{read.Kind} {text} {read.CloseCode} {read.Reason}");
                    continue;
                }

                message += text;
                if (read.EndsMessage)
                {
                    events.Add($"{read.Kind} {message}");
                    message = "";
                }
            }
        }

        return events;
    }

    /// <summary>Mostly plausible frames with a fault here and there: pure noise dies at its first byte.</summary>
    private static byte[] RandomWire(Random random)
    {
        var builder = new FrameBuilder();
        Opcode[] opcodes = [Opcode.Text, Opcode.Binary, Opcode.Continuation, Opcode.Ping, Opcode.Pong, Opcode.Close];
        for (var frames = random.Next(1, 8); frames > 0; frames--)
        {
            var payload = new byte[random.Next(random.Next(4) == 0 ? 300 : 20)];
            random.NextBytes(payload);
            if (random.Next(3) > 0)
            {
                payload.AsSpan().Fill((byte)'a');
            }

            var opcode = opcodes[Math.Min(random.Next(8), random.Next(8)) % opcodes.Length];
            builder.Frame(opcode, payload, random.Next(4) > 0, random.Next(6) == 0 ? 4 : 0);
        }

        var wire = builder.ToArray();
        for (var faults = random.Next(3); faults > 0; faults--)
        {
            wire[random.Next(wire.Length)] ^= (byte)(1 << random.Next(8));
        }

        return wire;
    }
}
