namespace Culvert.Server.Rooms;

/// <summary>A user came to a room on some node, or left it there.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="UserId">The user.</param>
/// <param name="UserName">Its name.</param>
/// <param name="IsHere">True after the first connection there came, false after the last one left.</param>
internal readonly record struct PresenceChange(long RoomId, long UserId, string UserName, bool IsHere);
