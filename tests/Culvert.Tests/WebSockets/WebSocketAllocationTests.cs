using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class WebSocketAllocationTests
{
    private const int Messages = 10_000;

    [Fact]
    public void Reading_whole_frames_allocates_nothing()
    {
        var wire = new FrameBuilder().Text(new string('a', 128)).Frame(Opcode.Ping, [1, 2]).ToArray();
        var scratch = new byte[wire.Length];
        using var reader = new WebSocketReader(new WebSocketReaderOptions());
        var count = 0;

        var allocated = LeastAllocated(() => count = ReadAll(reader, wire, scratch, Messages));

        Assert.Equal(0, allocated);
        Assert.Equal(2 * Messages, count);
    }

    [Fact]
    public void Reading_fragments_allocates_nothing_once_warm()
    {
        var wire = new FrameBuilder().Text(new string('a', 100), fin: false)
            .Frame(Opcode.Continuation, new byte[100]).ToArray();
        var scratch = new byte[wire.Length];
        using var reader = new WebSocketReader(new WebSocketReaderOptions());
        var count = 0;

        var allocated = LeastAllocated(() => count = ReadAll(reader, wire, scratch, Messages));

        Assert.Equal(0, allocated);
        Assert.Equal(Messages, count);
    }

    [Fact]
    public void Writing_frames_allocates_nothing()
    {
        var payload = new byte[128];
        var output = new ArrayBufferWriter<byte>(4096);

        var allocated = LeastAllocated(() =>
        {
            for (var index = 0; index < Messages; index++)
            {
                output.ResetWrittenCount();
                WebSocketWriter.WriteMessage(output, Opcode.Text, payload);
                WebSocketWriter.WriteMessage(output, Opcode.Text, payload, 0x01020304);
                WebSocketWriter.WritePong(output, payload.AsSpan(0, 4));
            }
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void An_idle_reader_is_small()
    {
        var options = new WebSocketReaderOptions();
        using var warm = new WebSocketReader(options);
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var reader = new WebSocketReader(options);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 160);
    }

    /// <summary>
    /// Of several runs, because the runtime may allocate for itself on this thread while it replaces code by a faster
    /// version; what the code under test allocates shows in every run.
    /// </summary>
    private static long LeastAllocated(Action action)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 5 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static int ReadAll(WebSocketReader reader, byte[] wire, byte[] scratch, int times)
    {
        var count = 0;
        for (; times > 0; times--)
        {
            wire.CopyTo(scratch, 0);
            var input = new ReadOnlySequence<byte>(scratch);
            while (reader.TryRead(ref input, out var result))
            {
                count += result.Payload.Length > 0 ? 1 : 0;
            }
        }

        return count;
    }
}
