using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Rooms that are gone for everybody and can still be brought back, and their end.</summary>
/// <remarks>
/// Thread-safe. A deleted room keeps its name and all that is in it, and the gate says that it is not there; so to
/// delete and to restore are events of its log like any other.
/// </remarks>
internal sealed class DeletedRooms(IRoomStore store, RoomDirectory rooms, TimeProvider time)
{
    /// <summary>For how long a deleted room can be restored.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    /// <summary>Rows that one step erases: it holds the writer up for some milliseconds at most.</summary>
    private const int EraseRows = 2000;

    private const int RosterPage = 1000;

    // A restore that was let in at the last moment is committed long before.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>The deleted room of that name for one who may restore it; for others there is none.</summary>
    public async ValueTask<RoomEntry> EnterAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        var (room, refusal) = await rooms.FindAsync(name, cancellationToken);
        if (room is null || room.Record is not { DeletedAt: > 0 } record)
        {
            return RoomEntry.Refused(refusal ?? new Refusal(ErrorCode.NotFound));
        }

        var membership = await rooms.MembershipAsync(room, caller.UserId, cancellationToken);
        return MayRestore(caller, record, membership)
            ? RoomEntry.Of(room, Capability.Moderate)
            : RoomEntry.Refused(new Refusal(ErrorCode.NotFound));
    }

    /// <summary>True for owners of the room and of the server, as long as there is time.</summary>
    public bool MayRestore(Caller caller, RoomRecord record, Membership membership)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isOwner = caller.ServerRole == RoomRole.Owner || membership is { Joined: true, Role: RoomRole.Owner };
        return isOwner && record.DeletedAt > 0 && now < EndOf(record.DeletedAt)
            && RoomAccess.Of(caller, record with { DeletedAt = 0 }, membership, now) == Capability.Moderate;
    }

    /// <summary>Until when a room that was deleted at that time can be restored, UTC Unix milliseconds.</summary>
    public static long EndOf(long deletedAt) => deletedAt + (long)Keep.TotalMilliseconds;

    /// <summary>Tells the members that the room is gone, or there again.</summary>
    public async ValueTask TellMembersAsync(Room room, bool joined, CancellationToken cancellationToken)
    {
        long after = 0;
        while (true)
        {
            // Nobody is banned at the end of time: members alone.
            var page = await store.ListRosterAsync(room.Id, after, false, RosterPage, long.MaxValue, cancellationToken);
            rooms.TellMembers(room.Record, page.Select(row => row.UserId), joined);
            if (page.Count < RosterPage)
            {
                return;
            }

            after = page[^1].UserId;
        }
    }

    /// <summary>Erases rooms whose time is over. Called by the ticker, once at a time.</summary>
    public async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - Keep - Grace).ToUnixTimeMilliseconds();
        foreach (var room in await store.ListDeletedAsync(before, cancellationToken))
        {
            var isCondemned = await rooms.ForgetAsync(
                room.NameKey, () => store.CondemnAsync(room.Id, before, cancellationToken), cancellationToken);
            while (isCondemned && await store.EraseRoomAsync(room.Id, EraseRows, cancellationToken))
            {
                // Step by step, so that others get their turn to write.
            }
        }
    }
}
