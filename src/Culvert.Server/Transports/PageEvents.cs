using System.Buffers;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Collects the events of one page as members of a JSON array, bounded in bytes.</summary>
/// <remarks>Filled on a store thread, then read by the request.</remarks>
internal sealed class PageEvents : IEventSink
{
    /// <summary>A page ends early rather than grow much beyond this; the client asks for the next one.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _events = new(4096);

    public int Count { get; private set; }

    /// <summary>True when the page ended because of its size.</summary>
    public bool IsCut { get; private set; }

    public long FirstSeq { get; private set; }

    public long LastSeq { get; private set; }

    public long LastOffset { get; private set; }

    public ReadOnlySpan<byte> Bytes => _events.WrittenSpan;

    public bool OnEvent(in RoomEventView roomEvent)
    {
        if (Count++ == 0)
        {
            FirstSeq = roomEvent.Seq;
        }
        else
        {
            _events.Write(","u8);
        }

        EventWriter.Write(_events, roomEvent);
        LastSeq = roomEvent.Seq;
        LastOffset = roomEvent.Offset;
        IsCut = _events.WrittenCount > MaxBytes;
        return !IsCut;
    }
}
