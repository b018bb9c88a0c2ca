using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Takes events as the store reads them. Called on the store's thread; must not block.</summary>
internal interface IEventSink
{
    /// <summary>
    /// Takes one event; its spans are valid only during the call. False stops the read after this event.
    /// </summary>
    bool OnEvent(in RoomEventView roomEvent);
}
