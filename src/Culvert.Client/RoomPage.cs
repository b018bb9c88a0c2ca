using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>A page of a room's messages. Immutable.</summary>
/// <param name="Messages">
/// Messages in ascending order, with their current text and without an offset; erased ones have no data.
/// </param>
/// <param name="Cursor">
/// Where to follow the room from (<c>Since.TryParse</c>) without missing what came after the page was read.
/// </param>
/// <param name="LastSeq">The number of the room's newest message; 0 when there is none.</param>
/// <param name="More">True when there are older messages that can be read.</param>
public sealed record RoomPage(IReadOnlyList<RoomEvent> Messages, string Cursor, long LastSeq, bool More);
