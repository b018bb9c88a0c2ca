using System.Globalization;
using System.Text;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>Frames for a state machine, and what it makes of them, as text.</summary>
internal static class MuxWire
{
    public static byte[] Frame(MuxFrameType type, MuxFlags flags, uint id, uint length, int payloadBytes = 0)
    {
        var bytes = new byte[MuxHeader.Bytes + payloadBytes];
        new MuxHeader(type, flags, id, length).Write(bytes);
        for (var index = 0; index < payloadBytes; index++)
        {
            bytes[MuxHeader.Bytes + index] = (byte)('a' + (index % 26));
        }

        return bytes;
    }

    public static byte[] Data(uint id, int bytes, MuxFlags flags = MuxFlags.None) =>
        Frame(MuxFrameType.Data, flags, id, (uint)bytes, bytes);

    public static byte[] Window(uint id, uint credit, MuxFlags flags = MuxFlags.None) =>
        Frame(MuxFrameType.WindowUpdate, flags, id, credit);

    /// <summary>
    /// Feeds bytes and tells what happened, such as <c>3:Opened 3:abc 3:Finished</c>. How the data is cut is not told.
    /// </summary>
    public static string Feed(Multiplexer mux, ReadOnlySpan<byte> bytes, TimeSpan now = default)
    {
        var story = new Story();
        story.Feed(mux, bytes, now);
        return story.ToString();
    }

    /// <summary>The frames that are due, such as <c>WindowUpdate+Ack:3=0</c>.</summary>
    public static string Controls(Multiplexer mux, TimeSpan now = default)
    {
        var text = new List<string>();
        while (mux.TryTakeControl(now, out var header))
        {
            text.Add(Describe(header));
        }

        return string.Join(' ', text);
    }

    public static string Describe(MuxHeader header)
    {
        var flags = header.Flags == MuxFlags.None
            ? ""
            : "+" + header.Flags.ToString().Replace(", ", "+", StringComparison.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture, $"{header.Type}{flags}:{header.StreamId}={header.Length}");
    }

    /// <summary>Opens a stream there and accepts it here.</summary>
    public static MuxStreamState OpenedByPeer(Multiplexer mux, uint id)
    {
        Feed(mux, Window(id, 0, MuxFlags.Syn));
        var stream = mux.Streams.Single(s => s.Id == id);
        mux.Accept(stream);
        Controls(mux);
        return stream;
    }

    /// <summary>What one feeding after the other told.</summary>
    internal sealed class Story
    {
        private readonly StringBuilder _text = new();
        private uint? _dataOf;

        public void Feed(Multiplexer mux, ReadOnlySpan<byte> bytes, TimeSpan now = default)
        {
            while (mux.TryReceive(ref bytes, now, out var received))
            {
                foreach (var signal in Enum.GetValues<MuxSignals>())
                {
                    if (received.Has(signal))
                    {
                        Tell(signal, received);
                    }
                }
            }

            Assert.True(bytes.IsEmpty);
        }

        public override string ToString() => _text.ToString().Trim();

        private void Tell(MuxSignals signal, MuxEvent received)
        {
            var id = received.Stream?.Id;
            if (signal == MuxSignals.Data)
            {
                _text.Append(_dataOf == id ? "" : $" {id}:").Append(Encoding.ASCII.GetString(received.Payload));
                _dataOf = id;
                return;
            }

            _dataOf = null;
            _text.Append(id is null ? $" {signal}" : $" {id}:{signal}");
        }
    }
}
