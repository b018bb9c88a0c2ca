using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Search.Indexing;

/// <summary>Takes what the index needs of events as the store reads them.</summary>
internal sealed class EventCollector : IEventSink
{
    /// <summary>Texts kept at once: a page of the largest messages is read in several.</summary>
    private const int MaxBytes = 4 << 20;

    private int _bytes;

    /// <summary>By message, what it says now; empty data for an erased one.</summary>
    public Dictionary<long, (string Author, byte[] Data)> Messages { get; } = [];

    /// <summary>Events taken.</summary>
    public int Count { get; private set; }

    /// <summary>The last one's; 0 before the first.</summary>
    public long LastOffset { get; private set; }

    public bool OnEvent(in RoomEventView roomEvent)
    {
        Count++;
        LastOffset = roomEvent.Offset;
        if (roomEvent.Kind is EventKind.Message or EventKind.Edit or EventKind.Erase)
        {
            var data = roomEvent.Kind == EventKind.Erase || roomEvent.Erased ? [] : roomEvent.Data.ToArray();
            Messages[roomEvent.Seq] = (Encoding.UTF8.GetString(roomEvent.Actor), data);
            _bytes += data.Length;
        }

        return _bytes < MaxBytes;
    }
}
