using System.Buffers;
using Culvert.Server.Rooms;

namespace Culvert.Server.Fanout;

/// <summary>What goes over a wire at once: consecutive messages of one node.</summary>
/// <param name="Sender">A random number that stands for one start of one bus.</param>
/// <param name="First">
/// Number of the first message, counted from 1 by the sender: a jump shows that some were dropped.
/// </param>
/// <param name="Count">How many there are, those of unknown kinds as well; 0 only shows a jump.</param>
/// <param name="Messages">Those of kinds that are known here.</param>
internal sealed record BusFrame(long Sender, long First, int Count, IReadOnlyList<BusMessage> Messages)
{
    /// <summary>More than this the frame takes besides its messages never.</summary>
    public const int MaxHeadBytes = 1 + sizeof(long) + 10 + 5;

    private const byte Version = 1;

    public static void WriteHead(IBufferWriter<byte> output, long sender, long first, int count)
    {
        output.GetSpan(1)[0] = Version;
        output.Advance(1);
        BodyWriter.Fixed(output, sender);
        BodyWriter.Number(output, first);
        BodyWriter.Number(output, count);
    }

    /// <summary>
    /// Null for what is no frame, or one of another version. Its messages keep <paramref name="bytes"/>, which must not
    /// change afterwards.
    /// </summary>
    public static BusFrame? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Span[0] != Version)
        {
            return null;
        }

        var reader = new BodyReader(bytes[1..]);
        var (sender, first, count) = (reader.Fixed(), reader.Number(), reader.Count());
        var messages = new List<BusMessage>(count);
        for (var read = 0; read < count && !reader.IsBad; read++)
        {
            if (MessageReader.Read(ref reader) is { } message)
            {
                messages.Add(message);
            }
        }

        return reader.IsBad || !reader.IsAtEnd || first < 1 ? null : new BusFrame(sender, first, count, messages);
    }
}
