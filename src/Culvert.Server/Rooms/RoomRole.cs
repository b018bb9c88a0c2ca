namespace Culvert.Server.Rooms;

/// <summary>
/// A role on the server or within one room. Ordered: a higher value may do all a lower one may. Stored.
/// </summary>
internal enum RoomRole
{
    Member = 0,
    Moderator = 1,
    Owner = 2,
}
