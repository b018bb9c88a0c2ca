using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// What was sent while there was no connection, bounded in bytes and age. Not thread-safe: its owner's lock guards it.
/// </summary>
internal sealed class HeldMessages(ReconnectOptions options, TimeProvider time)
{
    // So that empty messages are bounded too.
    private const int BytesBeside = 64;

    private readonly Queue<(Opcode Opcode, byte[] Data, long At)> _messages = [];
    private long _bytes;

    /// <summary>How many were given up because of their age.</summary>
    public long Dropped { get; private set; }

    /// <summary>Keeps a copy; false when there is no room.</summary>
    public bool TryAdd(Opcode opcode, ReadOnlySpan<byte> data)
    {
        while (_messages.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > options.BufferAge)
        {
            Remove(oldest);
            Dropped++;
        }

        if (_bytes + data.Length + BytesBeside > options.BufferBytes)
        {
            return false;
        }

        _messages.Enqueue((opcode, data.ToArray(), time.GetTimestamp()));
        _bytes += data.Length + BytesBeside;
        return true;
    }

    /// <summary>The oldest that is not too old.</summary>
    public bool TryTake(out Opcode opcode, out byte[] data)
    {
        while (_messages.TryPeek(out var oldest))
        {
            Remove(oldest);
            if (time.GetElapsedTime(oldest.At) <= options.BufferAge)
            {
                (opcode, data) = (oldest.Opcode, oldest.Data);
                return true;
            }

            Dropped++;
        }

        (opcode, data) = (default, []);
        return false;
    }

    private void Remove((Opcode Opcode, byte[] Data, long At) oldest)
    {
        _messages.Dequeue();
        _bytes -= oldest.Data.Length + BytesBeside;
    }
}
