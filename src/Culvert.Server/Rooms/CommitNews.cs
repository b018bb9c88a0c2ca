namespace Culvert.Server.Rooms;

/// <summary>What one commit tells the other nodes: for each room its new events, when they are small.</summary>
/// <remarks>Used by the commit loop only.</remarks>
internal sealed class CommitNews
{
    /// <summary>16 KiB a room: whoever wants a larger run reads it from the store.</summary>
    private const int MaxBytes = 16 * 1024;

    private readonly Dictionary<Room, (List<LogEvent> Events, int Bytes, long LastOffset)> _rooms = [];

    /// <summary>Takes a change that was committed. Those of one room in the order of its log.</summary>
    public void Add(Append append)
    {
        var room = append.Room!; // Not null: no append comes here without its room.
        var (events, bytes, _) = _rooms.GetValueOrDefault(room, ([], 0, 0));
        var logged = LogEvent.Of(append);
        bytes += logged.Length;
        if (bytes <= MaxBytes)
        {
            events.Add(logged);
        }
        else
        {
            events.Clear();
        }

        _rooms[room] = (events, bytes, append.Offset);
    }

    /// <summary>Sends one message a room, and forgets them.</summary>
    public void Send(IRoomBus bus)
    {
        foreach (var (room, news) in _rooms)
        {
            bus.Send(new BusMessage.Moved(room.Id, news.LastOffset, news.Events));
        }

        _rooms.Clear();
    }
}
