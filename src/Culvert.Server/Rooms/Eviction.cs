using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Readers that have to leave a room.</summary>
/// <param name="UserId">The user to leave; 0 for everybody who is not a member.</param>
/// <param name="Code">What they are told.</param>
internal sealed record Eviction(long UserId, StreamCloseCode Code)
{
    /// <summary>The event that says why: readers that keep up are shown the log up to it; 0 for none.</summary>
    public long Offset { get; init; }

    /// <summary>Users that may stay although the eviction is for everybody; null when it is for one user.</summary>
    public Func<long, bool>? MayStay { get; init; }

    /// <summary>Who has to leave after a change of a membership; null for nobody.</summary>
    public static Eviction? After(Append append, RoomChange.OfMember change, RoomKind kind)
    {
        var code = append.Kind switch
        {
            EventKind.Ban => StreamCloseCode.Banned,
            EventKind.Kick => StreamCloseCode.Kicked,
            EventKind.Leave when kind == RoomKind.Private => StreamCloseCode.AccessLost,
            _ => null,
        };
        return code is null ? null : new Eviction(change.UserId, code) { Offset = append.Offset };
    }

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

    public bool Takes(Subscription subscription)
    {
        var caller = subscription.Subscriber.Caller;
        if (Code == StreamCloseCode.RoomGone)
        {
            return true;
        }

        return UserId == 0
            ? caller.ServerRole != RoomRole.Owner && MayStay?.Invoke(caller.UserId) != true
            : caller.UserId == UserId;
    }
}
