namespace Culvert.Chat.Search.Indexing;

/// <summary>How far a room's log has been followed.</summary>
/// <param name="Epoch">Of the log that was followed.</param>
/// <param name="NextOffset">The first offset that was not.</param>
/// <param name="FloorSeq">Nothing is kept of messages below this one.</param>
internal sealed record RoomPosition(string Epoch, long NextOffset, long FloorSeq);
