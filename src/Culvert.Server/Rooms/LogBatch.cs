using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>A bounded run of events as the store has them, for a room that is behind its log.</summary>
/// <param name="end">The offset before which it ends.</param>
internal sealed class LogBatch(long end) : IEventSink
{
    /// <summary>1 MiB: a few of these at a time are nothing, and more would keep others from being read.</summary>
    private const int MaxBytes = 1024 * 1024;

    private int _bytes;

    public List<LogEvent> Events { get; } = [];

    public bool OnEvent(in RoomEventView roomEvent)
    {
        if (roomEvent.Offset >= end)
        {
            return false;
        }

        var logged = LogEvent.Of(roomEvent);
        Events.Add(logged);
        _bytes += logged.Length;
        return _bytes < MaxBytes;
    }
}
