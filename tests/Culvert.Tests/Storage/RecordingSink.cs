using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>Keeps what it is given; stops the read after a number of events.</summary>
internal sealed class RecordingSink(int stopAfter = int.MaxValue) : IEventSink
{
    public List<RecordedEvent> Events { get; } = [];

    public bool OnEvent(in RoomEventView roomEvent)
    {
        Events.Add(RecordedEvent.From(in roomEvent));
        return Events.Count < stopAfter;
    }
}
