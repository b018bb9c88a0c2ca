using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>Reads event lines, on the client's side. Thread-safe; never throws for bad input.</summary>
/// <remarks>
/// Unknown members are ignored, and so are known ones of another type, so that a newer server can say more
/// (docs/protocol.md, "Versions").
/// </remarks>
public static class RoomEventReader
{
    /// <summary>Reads an event line; false when it is not a JSON object with a text <c>ev</c>.</summary>
    /// <param name="line">UTF-8 without line break; copied.</param>
    /// <param name="roomEvent">The event, null on failure.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out RoomEvent? roomEvent)
    {
        roomEvent = null;
        try
        {
            if (!JsonMembers.TryStart(line, out var reader))
            {
                return false;
            }

            var fields = default(EventFields);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A property name in JSON is a text, so there is one.
                var name = reader.GetString()!;
                _ = reader.Read();
                fields.Take(name, ref reader);
            }

            // Anything but white space after the object makes this throw.
            _ = reader.Read();
            roomEvent = fields.ToEvent(line.ToArray());
            return roomEvent is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
