namespace Culvert.Server.Rooms;

internal static class RoomAccess
{
}
