using System.Buffers;

namespace Culvert.Server.Fanout;

/// <summary>Messages that wait to be sent, numbered, up to a bound. Safe for concurrent use.</summary>
internal sealed class SendQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<(long Number, byte[] Bytes)> _waiting = [];
    private readonly long _sender;
    private readonly int _maxMessages;
    private readonly int _maxBytes;
    private long _lastNumber;
    private long _lastTaken;
    private int _bytes;

    public SendQueue(long sender, int maxMessages, int maxBytes)
    {
        _sender = sender;
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
    }

    /// <summary>False when there was no place: the message is dropped, and its number stays missing.</summary>
    public bool TryAdd(byte[] message)
    {
        lock (_lock)
        {
            _lastNumber++;
            if (_waiting.Count >= _maxMessages || _bytes + message.Length > _maxBytes)
            {
                return false;
            }

            _waiting.Enqueue((_lastNumber, message));
            _bytes += message.Length;
            return true;
        }
    }

    /// <summary>A message that fits nowhere is dropped before it gets here; its number stays missing.</summary>
    public void Skip()
    {
        lock (_lock)
        {
            _lastNumber++;
        }
    }

    /// <summary>
    /// What was taken last may not have arrived: if nothing follows that shows it, an empty frame does.
    /// </summary>
    public void TellOfLoss()
    {
        lock (_lock)
        {
            // What waits shows it by its numbers already. A number that nothing has makes an empty frame show it.
            if (_waiting.Count == 0)
            {
                _lastNumber++;
            }
        }
    }

    /// <summary>
    /// Takes what waits, as frames of at most this many bytes, at most this many of them. Each holds consecutive
    /// numbers. Empty when there is nothing to say.
    /// </summary>
    public List<byte[]> Take(int maxFrameBytes, int maxFrames)
    {
        var frames = new List<byte[]>();
        lock (_lock)
        {
            while (frames.Count < maxFrames && _waiting.Count > 0)
            {
                frames.Add(TakeFrame(maxFrameBytes));
            }

            if (frames.Count == 0 && _lastTaken < _lastNumber)
            {
                _lastTaken = _lastNumber;
                frames.Add(Frame(_lastNumber + 1, [], 0));
            }
        }

        return frames;
    }

    private byte[] TakeFrame(int maxBytes)
    {
        var (first, _) = _waiting.Peek();
        var parts = new List<byte[]>();
        var length = BusFrame.MaxHeadBytes;
        while (_waiting.TryPeek(out var next)
            && next.Number == first + parts.Count
            && (parts.Count == 0 || length + next.Bytes.Length <= maxBytes))
        {
            _waiting.Dequeue();
            _bytes -= next.Bytes.Length;
            length += next.Bytes.Length;
            parts.Add(next.Bytes);
        }

        _lastTaken = first + parts.Count - 1;
        return Frame(first, parts, length);
    }

    private byte[] Frame(long first, List<byte[]> parts, int sizeHint)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(sizeHint, BusFrame.MaxHeadBytes));
        BusFrame.WriteHead(output, _sender, first, parts.Count);
        foreach (var part in parts)
        {
            output.Write(part);
        }

        return output.WrittenSpan.ToArray();
    }
}
