namespace Culvert.Chat.Search;

/// <summary>A message that the index found; whether it still says so is to be seen.</summary>
/// <param name="Id">See <see cref="SearchIds"/>.</param>
/// <param name="Room">The room's name.</param>
/// <param name="RoomId">The room.</param>
/// <param name="Seq">The message's number.</param>
internal readonly record struct SearchRow(long Id, string Room, long RoomId, long Seq);
