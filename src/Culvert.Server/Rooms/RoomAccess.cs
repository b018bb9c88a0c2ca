using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The one gate: decides what a caller may do in a room. Everything after it takes its answer.</summary>
/// <remarks>
/// Pure, so the access matrix is one table test. It is asked at subscribe and again at every publish.
/// </remarks>
internal static class RoomAccess
{
    /// <param name="caller">Who asks; null when nobody signed in.</param>
    /// <param name="room">The room.</param>
    /// <param name="membership">The caller's row in it.</param>
    /// <param name="now">UTC Unix milliseconds.</param>
    public static Capability Of(Caller? caller, RoomRecord room, Membership membership, long now)
    {
        if (caller is null || (caller.Rooms is { } only && !only.Contains(room.NameKey)))
        {
            return Capability.None;
        }

        var byRole = ByRole(caller, room, membership, now);
        return byRole <= ByScope(caller.Scopes) ? byRole : ByScope(caller.Scopes);
    }

    /// <summary>Why somebody who may read may not publish.</summary>
    public static ErrorCode WhyNotWrite(RoomRecord room, Membership? membership, long now)
    {
        if (room.ArchivedAt > 0)
        {
            return ErrorCode.Archived;
        }

        if (membership?.MutedUntil > now)
        {
            return ErrorCode.Muted;
        }

        return room.IsReadOnly ? ErrorCode.ReadOnly : ErrorCode.Forbidden;
    }

    private static Capability ByRole(Caller caller, RoomRecord room, Membership membership, long now)
    {
        if (room.DeletedAt > 0)
        {
            return Capability.None;
        }

        if (room.Kind == RoomKind.Direct)
        {
            // What people say to each other is no business of whoever runs the server.
            return membership.Joined ? Capability.Write : Capability.None;
        }

        if (caller.ServerRole == RoomRole.Owner)
        {
            return Capability.Moderate;
        }

        if (membership.BannedUntil > now || (room.Kind == RoomKind.Private && !membership.Joined))
        {
            return Capability.None;
        }

        if (caller.ServerRole == RoomRole.Moderator || (membership.Joined && membership.Role >= RoomRole.Moderator))
        {
            return Capability.Moderate;
        }

        return membership.MutedUntil > now || room.IsReadOnly ? Capability.Read : Capability.Write;
    }

    private static Capability ByScope(Scopes scopes)
    {
        if ((scopes & (Scopes.Moderate | Scopes.Owner)) != 0)
        {
            return Capability.Moderate;
        }

        if ((scopes & Scopes.Write) != 0)
        {
            return Capability.Write;
        }

        return (scopes & Scopes.Read) != 0 ? Capability.Read : Capability.None;
    }
}
