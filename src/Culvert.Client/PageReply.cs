using System.Runtime.InteropServices;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>A page as the server sends it.</summary>
internal sealed record PageReply
{
    public required string Cursor { get; init; }

    public long Seq { get; init; }

    public IReadOnlyList<JsonElement> Events { get; init; } = [];

    public bool More { get; init; }

    /// <summary>The page; what is no event is left out, as a follower skips it.</summary>
    public RoomPage ToPage()
    {
        var events = new List<RoomEvent>(Events.Count);
        foreach (var element in Events)
        {
            if (RoomEventReader.TryRead(JsonMarshal.GetRawUtf8Value(element), out var e))
            {
                events.Add(e);
            }
        }

        return new RoomPage(events, Cursor, Seq, More);
    }
}
