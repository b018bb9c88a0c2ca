using System.Buffers;
using System.Text;
using Culvert.Protocol.EventStreams;

namespace Culvert.Server.Streams;

/// <summary>One published item with its frames, which all clients share. Thread-safe.</summary>
/// <param name="id">Its id.</param>
/// <param name="name">Its event type, or null.</param>
/// <param name="line">Its JSON and a line break.</param>
/// <param name="at">When it was published, as a timestamp.</param>
/// <param name="bytesBefore">The bytes of all items before it.</param>
internal sealed class TopicEvent(string id, string? name, byte[] line, long at, long bytesBefore)
{
    private byte[]? _event;

    public long At => at;

    public long BytesBefore => bytesBefore;

    public int Bytes => line.Length;

    /// <summary>The frame. That of an event stream is made when the first client needs it.</summary>
    public ReadOnlyMemory<byte> FrameIn(Framing framing) =>
        framing == Framing.Lines ? line : _event ?? Interlocked.CompareExchange(ref _event, ToEvent(), null) ?? _event;

    private byte[] ToEvent()
    {
        var output = new ArrayBufferWriter<byte>(line.Length + 64);
        EventStreamWriter.WriteEvent(
            output, Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(name ?? ""), line.AsSpan(0, line.Length - 1));
        return output.WrittenSpan.ToArray();
    }
}
