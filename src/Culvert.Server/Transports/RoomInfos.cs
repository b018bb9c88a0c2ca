using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Shows stored rooms to one user.</summary>
internal static class RoomInfos
{
    /// <param name="listing">The room, and the user's row in it.</param>
    /// <param name="now">UTC Unix milliseconds.</param>
    public static RoomInfo Of(RoomListing listing, long now)
    {
        var (room, membership, people) = listing;
        return new RoomInfo
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
            LastAt = Math.Max(room.LastAt, room.CreatedAt),
            Archived = room.ArchivedAt > 0,
            ReadOnly = room.IsReadOnly,
            MutedUntil = EndOf(membership.MutedUntil, now),
            RestorableUntil = room.DeletedAt > 0 ? DeletedRooms.EndOf(room.DeletedAt) : null,
            People = people,
        };
    }

    /// <summary>The end of a mute or ban as the wire has it; null when it is over or there is none.</summary>
    public static long? EndOf(long until, long now) =>
        until > now ? Math.Min(until, RoomCursor.MaxOffset) : null;
}
