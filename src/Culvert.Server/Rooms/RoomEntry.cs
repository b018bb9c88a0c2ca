using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The gate's answer: a room and what may be done in it, or a refusal.</summary>
internal readonly record struct RoomEntry
{
    private RoomEntry(Room? room, Capability capability, Refusal? refusal)
    {
        Room = room;
        Capability = capability;
        Refusal = refusal;
    }

    /// <summary>The room; null when refused.</summary>
    public Room? Room { get; }

    public Capability Capability { get; }

    public Refusal? Refusal { get; }

    public static RoomEntry Of(Room room, Capability capability) => new(room, capability, null);

    public static RoomEntry Refused(Refusal refusal) => new(null, Capability.None, refusal);

    /// <summary>What somebody with this capability is answered who needs another.</summary>
    public static RoomEntry Answer(Room room, Caller caller, Capability capability, Capability needed, long now)
    {
        if (capability >= needed)
        {
            // Moderators too: what they do to an archived room needs more than the right to write.
            return needed == Capability.Write && room.Record.ArchivedAt > 0
                ? Refused(new Refusal(ErrorCode.Archived))
                : Of(room, capability);
        }

        if (capability == Capability.None)
        {
            return Refused(new Refusal(ErrorCode.NotFound));
        }

        var why = needed == Capability.Write
            ? RoomAccess.WhyNotWrite(room.Record, room.Memberships.Find(caller.UserId), now)
            : ErrorCode.Forbidden;
        return Refused(new Refusal(why));
    }
}
