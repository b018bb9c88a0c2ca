namespace Culvert.Server.Rooms;

internal sealed class Room
{
}
