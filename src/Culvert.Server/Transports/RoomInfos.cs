using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Shows stored rooms to one user.</summary>
internal static class RoomInfos
{
    public static RoomInfo Of(RoomRecord room, Membership membership) => new()
    {
        Name = room.Name,
        Kind = RoleNames.Of(room.Kind),
        Topic = room.Topic,
        Epoch = room.Epoch,
        Cursor = new RoomCursor(room.Epoch, room.LastOffset).ToString(),
        Floor = room.FloorOffset,
        Offset = room.LastOffset,
        Seq = room.LastSeq,
        Read = membership.ReadSeq,
        Joined = membership.Joined,
        Role = membership.Joined ? RoleNames.Of(membership.Role) : null,
        RetainMs = room.RetainMilliseconds,
        RetainEvents = room.RetainEvents,
        CreatedAt = room.CreatedAt,
    };
}
