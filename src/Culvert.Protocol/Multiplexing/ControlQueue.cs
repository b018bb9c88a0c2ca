namespace Culvert.Protocol.Multiplexing;

/// <summary>Frames without data that wait to be sent: one for each stream at most, and so many besides.</summary>
internal sealed class ControlQueue(int limit)
{
    private readonly Queue<MuxHeader> _loose = [];
    private readonly Queue<MuxStreamState> _streams = [];

    public bool IsEmpty => _loose.Count == 0 && _streams.Count == 0;

    /// <summary>Adds a frame that belongs to no open stream; false when the limit is reached.</summary>
    public bool TryAdd(MuxHeader header)
    {
        if (_loose.Count == limit)
        {
            return false;
        }

        _loose.Enqueue(header);
        return true;
    }

    /// <summary>Marks a stream: whatever is due for it goes into one frame when its turn comes.</summary>
    public void Add(MuxStreamState stream)
    {
        if (!stream.IsQueued)
        {
            stream.IsQueued = true;
            _streams.Enqueue(stream);
        }
    }

    public bool TryTake(out MuxHeader header)
    {
        if (_loose.TryDequeue(out header))
        {
            return true;
        }

        while (_streams.TryDequeue(out var stream))
        {
            stream.IsQueued = false;
            if (TryMake(stream, out header))
            {
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        _loose.Clear();
        _streams.Clear();
    }

    private static bool TryMake(MuxStreamState stream, out MuxHeader header)
    {
        header = default;
        if (stream.RstIsDue)
        {
            stream.RstIsDue = false;
            header = new MuxHeader(MuxFrameType.WindowUpdate, MuxFlags.Rst, stream.Id, 0);
            return true;
        }

        if (stream.IsGone)
        {
            return false;
        }

        var isDue = stream.GrantIsDue && !stream.FinReceived;
        var flags = stream.TakeOpeningFlags();
        if (flags == MuxFlags.None && !isDue)
        {
            return false;
        }

        header = new MuxHeader(MuxFrameType.WindowUpdate, flags, stream.Id, stream.TakeGrant());
        return true;
    }
}
