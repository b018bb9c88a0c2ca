using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Readers that have to leave a room.</summary>
/// <param name="UserId">The user to leave; 0 for everybody who is not a member.</param>
/// <param name="Code">What they are told; null when <see cref="Gate"/> says it.</param>
internal sealed record Eviction(long UserId, StreamCloseCode? Code)
{
    /// <summary>The event that says why: readers that keep up are shown the log up to it; 0 for none.</summary>
    public long Offset { get; init; }

    /// <summary>Users that may stay although the eviction is for everybody; null when it is for one user.</summary>
    public Func<long, bool>? MayStay { get; init; }

    /// <summary>What a reader is told who has to leave, null for one who may stay; null to go by the rest.</summary>
    public Func<Caller, StreamCloseCode?>? Gate { get; init; }

    /// <summary>Who has to leave after a change of a membership; null for nobody.</summary>
    public static Eviction? After(Append append, RoomChange.OfMember change, RoomKind kind) =>
        After(append.Kind, append.Offset, change.UserId, kind);

    /// <summary>Who has to leave after an event of another node about this user; null for nobody.</summary>
    public static Eviction? After(LogEvent logged, long userId, RoomKind kind) =>
        After(logged.Kind, logged.Offset, userId, kind);

    /// <summary>
    /// Everybody whom the gate does not let in any more. Those whose row was forgotten meanwhile come back through it.
    /// </summary>
    public static Eviction ByGate(Room room, long offset, long now) => new(0, null)
    {
        Offset = offset,
        Gate = caller =>
        {
            if (room.Memberships.Find(caller.UserId) is not { } membership)
            {
                return StreamCloseCode.Overloaded;
            }

            var record = room.Record;
            return RoomAccess.Of(caller, record, membership, now) != Capability.None ? null
                : record.DeletedAt > 0 ? StreamCloseCode.RoomGone
                : membership.BannedUntil > now ? StreamCloseCode.Banned
                : StreamCloseCode.AccessLost;
        },
    };

    /// <summary>Who has to leave after a change of settings; null for nobody.</summary>
    public static Eviction? After(Append append, RoomRecord before, RoomRecord after, Func<long, bool> isMember)
    {
        if (after.DeletedAt > 0)
        {
            return new Eviction(0, StreamCloseCode.RoomGone) { Offset = append.Offset };
        }

        return after.Kind == RoomKind.Private && before.Kind != RoomKind.Private
            ? new Eviction(0, StreamCloseCode.AccessLost) { Offset = append.Offset, MayStay = isMember }
            : null;
    }

    /// <summary>What the reader is told who has to leave; null for one who may stay.</summary>
    public StreamCloseCode? CodeFor(Caller caller)
    {
        if (Gate is not null)
        {
            return Gate(caller);
        }

        var leaves = Code == StreamCloseCode.RoomGone
            || (UserId == 0
                ? caller.ServerRole != RoomRole.Owner && MayStay?.Invoke(caller.UserId) != true
                : caller.UserId == UserId);
        return leaves ? Code : null;
    }

    private static Eviction? After(EventKind kind, long offset, long userId, RoomKind room)
    {
        var code = kind switch
        {
            EventKind.Ban => StreamCloseCode.Banned,
            EventKind.Kick => StreamCloseCode.Kicked,
            EventKind.Leave when room == RoomKind.Private => StreamCloseCode.AccessLost,
            _ => null,
        };
        return code is null ? null : new Eviction(userId, code) { Offset = offset };
    }
}
