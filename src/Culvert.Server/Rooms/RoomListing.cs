namespace Culvert.Server.Rooms;

/// <summary>A room as a user's list shows it.</summary>
/// <param name="Room">The room.</param>
/// <param name="Membership">The asking user's row.</param>
/// <param name="People">Names of the people of a direct room, by id; null for any other kind.</param>
internal sealed record RoomListing(RoomRecord Room, Membership Membership, IReadOnlyList<string>? People = null);
