using System.Buffers;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>A bounded run of events read from the store, encoded for one face in a rented buffer.</summary>
/// <remarks>
/// Filled on a store thread, then owned by the writer loop, which disposes it. It ends where the room's ring ends: a
/// commit that the store has but the room has not applied yet is nobody's to see.
/// </remarks>
internal sealed class LogPage : IEventSink, IBufferWriter<byte>, IDisposable
{
    private readonly Room _room;
    private readonly Face _face;
    private readonly int _fullBytes;
    private readonly long _endOffset;
    private readonly ArrayBufferWriter<byte> _line;
    private byte[] _buffer;

    public LogPage(Room room, Face face, int maxBytes, ArrayBufferWriter<byte> line)
    {
        _room = room;
        _endOffset = room.Ring.NextOffset;
        _face = face;

        // The event that passes the bound still fits, as long as it is an ordinary one.
        _fullBytes = maxBytes - (maxBytes / 8);
        _line = line;
        _buffer = ArrayPool<byte>.Shared.Rent(maxBytes);
    }

    /// <summary>The offset after the last event inside.</summary>
    public long NextOffset { get; set; }

    /// <summary>Events inside.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes inside; 0 is possible even with events, for faces that show only some kinds.</summary>
    public int Length { get; private set; }

    /// <summary>The lowest offset that was left when it was read, and why.</summary>
    public long FloorOffset { get; private set; }

    public string FloorWhy { get; private set; } = "";

    /// <summary>For faces that need it, where each event starts: a stream of several rooms adds its own ids.</summary>
    public List<(long Offset, int Start)>? Starts { get; init; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    public bool OnEvent(in RoomEventView roomEvent)
    {
        if (roomEvent.Offset >= _endOffset)
        {
            return false;
        }

        _line.ResetWrittenCount();
        EventWriter.Write(_line, roomEvent);
        Starts?.Add((roomEvent.Offset, Length));
        FaceWriter.Write(this, _face, _line.WrittenSpan, roomEvent.Kind, _room.Epoch, roomEvent.Offset);
        NextOffset = roomEvent.Offset + 1;
        Count++;
        return Length < _fullBytes;
    }

    /// <summary>Ends the filling with the ends of the log that the same read saw.</summary>
    public void Close(in LogEnds ends)
    {
        FloorOffset = Math.Min(ends.FloorOffset, _endOffset);
        FloorWhy = ends.FloorWhy;
        if (Count == 0)
        {
            // Nothing from here on is left, up to where everybody stands.
            NextOffset = Math.Max(NextOffset, FloorOffset);
        }
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - Length >= Math.Max(size, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + size));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
