using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

public sealed class FrameForwarderTests
{
    private static FrameBuilder Frames => new();

    [Fact]
    public void Bytes_go_on_untouched_however_they_are_cut()
    {
        var wire = Session();
        var whole = Run(wire, [wire.Length]);

        Assert.Equal(wire, whole.Passed);
        for (var first = 0; first <= wire.Length; first++)
        {
            Same(whole, Run(wire, [first, wire.Length - first]));
        }

        Same(whole, Run(wire, Enumerable.Repeat(1, wire.Length)));
    }

    [Fact]
    public void Random_frames_in_random_cuts_give_the_same_as_in_one_piece()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var wire = RandomFrames(random);
            if (random.Next(3) == 0)
            {
                wire[random.Next(wire.Length)] ^= (byte)(1 << random.Next(8));
            }

            var whole = Run(wire, [wire.Length]);
            for (var i = 0; i < 5; i++)
            {
                List<int> cuts = [];
                for (var left = wire.Length; left > 0; left -= cuts[^1])
                {
                    cuts.Add(random.Next(1, Math.Min(left, 40) + 1));
                }

                Same(whole, Run(wire, cuts));
            }
        }
    }

    [Fact]
    public void It_stops_at_the_end_of_a_frame_when_asked_to()
    {
        var wire = Frames.Text("one").Text("two").ToArray();
        var frames = new FrameForwarder(new FrameExpectation { Masked = true });

        Assert.Equal(ForwardStep.Pass, frames.Next(wire, stopsAtBoundary: true, out var length));
        Assert.Equal(wire.Length / 2, length);
        Assert.False(frames.InFrame);
        Assert.Equal(ForwardStep.Pass, frames.Next(wire.AsSpan(length, 8), stopsAtBoundary: true, out length));
        Assert.Equal(ForwardStep.NeedsMore, frames.Next(wire.AsSpan(0, 0), stopsAtBoundary: true, out _));
    }

    [Fact]
    public void A_limit_is_seen_in_the_header_before_any_payload()
    {
        var frames = new FrameForwarder(new FrameExpectation { Masked = true, MaxMessageBytes = 10 });
        var wire = Frames.Frame(Opcode.Text, new byte[6], fin: false).Header(Opcode.Continuation, 5).ToArray();

        Assert.Equal(ForwardStep.Pass, frames.Next(wire, false, out var length));
        Assert.Equal(12, length);
        Assert.Equal(ForwardStep.Violation, frames.Next(wire.AsSpan(length), false, out _));
        Assert.Equal(CloseCode.MessageTooBig, frames.Code);
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var frames = new FrameForwarder(new FrameExpectation { Masked = true });
        var wire = Frames.Text("hello").Frame(Opcode.Ping, []).Text("again").ToArray();
        frames.Next(wire, false, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            frames.Next(wire, false, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Session() => Frames
        .Text("hello").Text("").Frame(Opcode.Binary, new byte[200]).Text("a", fin: false).Frame(Opcode.Ping, [1, 2])
        .Frame(Opcode.Continuation, [], fin: false).Frame(Opcode.Pong, [3]).Frame(Opcode.Continuation, new byte[130])
        .Frame(Opcode.Close, [3, 232, 65]).ToArray();

    private static byte[] RandomFrames(Random random)
    {
        var builder = Frames;
        for (var i = 0; i < 20; i++)
        {
            var opcode = (Opcode)(random.Next(8) switch { 0 => 9, 1 => 10, 2 => 0, 3 => 2, _ => 1 });
            var isControl = (int)opcode > 7;
            builder.Frame(opcode, new byte[random.Next(isControl ? 125 : 300)], isControl || random.Next(5) > 0);
        }

        return builder.ToArray();
    }

    private static void Same(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Passed, actual.Passed);
        Assert.Equal(expected.Events, actual.Events);
        Assert.Equal((expected.Messages, expected.Bytes), (actual.Messages, actual.Bytes));
    }

    /// <summary>What a pump would do: keeps what is not taken, and adds what comes.</summary>
    private static Outcome Run(byte[] wire, IEnumerable<int> cuts)
    {
        var frames = new FrameForwarder(new FrameExpectation { Masked = true });
        List<byte> passed = [];
        List<string> events = [];
        byte[] held = [];
        var at = 0;
        foreach (var cut in cuts)
        {
            held = [.. held, .. wire.AsSpan(at, cut)];
            at += cut;
            while (true)
            {
                var step = frames.Next(held, false, out var length);
                if (step == ForwardStep.NeedsMore)
                {
                    Assert.True(held.Length < FrameForwarder.MostHeld, "held too much");
                    break;
                }

                if (step == ForwardStep.Violation)
                {
                    events.Add($"{passed.Count}: {frames.Code} {frames.Why}");
                    return new Outcome([.. passed], events, frames.Messages, frames.Bytes);
                }

                if (step == ForwardStep.Control)
                {
                    events.Add($"{passed.Count}: {frames.ControlOpcode} {Convert.ToHexString(frames.ControlPayload)}");
                }

                passed.AddRange(held.AsSpan(0, length));
                held = held[length..];
            }
        }

        return new Outcome([.. passed], events, frames.Messages, frames.Bytes);
    }

    private sealed record Outcome(byte[] Passed, List<string> Events, long Messages, long Bytes);
}
