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
}
