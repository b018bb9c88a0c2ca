namespace Culvert.Server.Rooms;

/// <summary>A room as a user's list shows it.</summary>
/// <param name="Room">The room.</param>
/// <param name="Membership">The asking user's row.</param>
internal sealed record RoomListing(RoomRecord Room, Membership Membership);
