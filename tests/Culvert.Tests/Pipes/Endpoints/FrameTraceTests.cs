using System.Buffers;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>What <c>-v</c> shows.</summary>
public sealed class FrameTraceTests
{
    private static readonly string[] Lines =
    [
        "> text 5 \"hello\"",
        "> text+ 3 \"a\\\"\\n\"",
        "> continuation 0 \"\"",
        "> binary 3 \"\\x00\\xff\\x1b\"",
        "> ping 2 \"hi\"",
        "> text 300 \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"…",
        "> close 6 4001 \"done\"",
    ];

    [Fact]
    public void Every_cut_of_the_input_shows_the_same()
    {
        var bytes = Frames();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var lines = new List<string>();
            var trace = new FrameTrace(">", isFrames: true, lines.Add);

            trace.Add(new ReadOnlySequence<byte>(bytes, 0, cut));
            trace.Add(new ReadOnlySequence<byte>(bytes, cut, bytes.Length - cut));

            Assert.Equal(Lines, lines);
        }
    }

    [Fact]
    public void Bytes_are_shown_piece_by_piece()
    {
        var lines = new List<string>();
        var trace = new FrameTrace("<", isFrames: false, lines.Add);

        trace.Add(new ReadOnlySequence<byte>("one\r\n"u8.ToArray()));
        trace.Add(ReadOnlySequence<byte>.Empty);

        Assert.Equal(["< bytes 5 \"one\\r\\n\""], lines);
    }

    [Fact]
    public void What_is_no_frame_is_said_once()
    {
        var lines = new List<string>();
        var trace = new FrameTrace(">", isFrames: true, lines.Add);

        trace.Add(new ReadOnlySequence<byte>([0x83, 0, 0x83, 0]));

        Assert.Equal("> no frame: ReservedOpcode", Assert.Single(lines));
    }

    private static byte[] Frames()
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, Opcode.Text, true, "hello"u8);
        Write(output, Opcode.Text, false, "a\"\n"u8);
        Write(output, Opcode.Continuation, true, []);
        Write(output, Opcode.Binary, true, [0, 0xff, 0x1b]);
        Write(output, Opcode.Ping, true, "hi"u8);
        Write(output, Opcode.Text, true, Enumerable.Repeat((byte)'x', 300).ToArray());
        Write(output, Opcode.Close, true, [0x0f, 0xa1, .. "done"u8]);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> output, Opcode opcode, bool fin, ReadOnlySpan<byte> payload)
    {
        var header = new FrameHeader
        {
            Fin = fin,
            Opcode = opcode,
            Masked = true,
            MaskKey = 0x12345678,
            PayloadLength = payload.Length,
        };
        output.Advance(header.Write(output.GetSpan(FrameHeader.MaxLength)));
        var masked = payload.ToArray();
        Masking.Apply(masked, header.MaskKey, 0);
        output.Write(masked);
    }
}
