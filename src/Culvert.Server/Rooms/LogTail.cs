using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The end of one room's log as this node knows it: the newest events, and how far the log goes.</summary>
/// <remarks>Changed within the room's lock; the ring may be read from any thread.</remarks>
internal sealed class LogTail
{
    private readonly Room _room;

    public LogTail(Room room, RoomRecord record, RoomOptions options)
    {
        _room = room;
        Ring = new Ring(record.LastOffset + 1, options.RingEvents, options.RingBytes);
        LastOffset = record.LastOffset;
        LastSeq = record.LastSeq;
        LastAt = record.LastAt;
        FloorOffset = record.FloorOffset;
        FloorSeq = record.FloorSeq;
        FloorWhy = record.FloorWhy;
    }

    public Ring Ring { get; }

    public long LastOffset { get; private set; }

    public long LastSeq { get; private set; }

    public long LastAt { get; private set; }

    public long FloorOffset { get; private set; }

    public long FloorSeq { get; private set; }

    public string FloorWhy { get; private set; }

    /// <summary>Takes the next event, which this node committed.</summary>
    public void Append(Append append)
    {
        Advance(append.Kind, append.Offset, append.Seq, append.At);
        Replace(append.Kind, append.Seq, append.Data.Span, append.Rev);
        Ring.Append(EncodedEvent.Of(_room, append));
    }

    /// <summary>Takes the next event, which another node committed.</summary>
    public void Append(LogEvent logged)
    {
        Advance(logged.Kind, logged.Offset, logged.Seq, logged.At);
        Replace(logged.Kind, logged.Seq, logged.Data.Span, logged.Rev);
        Ring.Append(EncodedEvent.Of(_room, logged));
    }

    /// <summary>The log goes on at this offset, and what is unknown before it is gone.</summary>
    public void Skip(long nextOffset, long floorSeq)
    {
        LastOffset = nextOffset - 1;
        LastSeq = Math.Max(LastSeq, floorSeq - 1);
        Ring.Restart(nextOffset);
    }

    /// <summary>Everything before the event at this offset left the log.</summary>
    public void Clear(long offset)
    {
        FloorOffset = offset;
        FloorSeq = LastSeq + 1;
        FloorWhy = "cleared";
        Ring.DropBelow(offset);
    }

    /// <summary>The floor moved, unless it is there or higher already.</summary>
    public void RaiseFloor(long offset, long seq, string why)
    {
        if (offset > FloorOffset)
        {
            FloorOffset = offset;
            FloorWhy = why;
            Ring.DropBelow(offset);
        }

        FloorSeq = Math.Max(FloorSeq, seq);
    }

    private void Advance(EventKind kind, long offset, long seq, long at)
    {
        LastOffset = offset;
        LastAt = at;
        if (kind == EventKind.Message)
        {
            LastSeq = seq;
        }
        else if (kind == EventKind.Clear)
        {
            Clear(offset);
        }
    }

    private void Replace(EventKind kind, long seq, ReadOnlySpan<byte> data, int rev)
    {
        if (kind is EventKind.Edit or EventKind.Erase)
        {
            Ring.ReplaceText(seq, data, rev);
        }
    }
}
