namespace Culvert.Server.Rooms;

/// <summary>A user as rooms need to know one.</summary>
/// <param name="Id">Positive.</param>
/// <param name="Name">As written at creation.</param>
/// <param name="Role">Role on the server.</param>
internal sealed record KnownUser(long Id, string Name, RoomRole Role);
