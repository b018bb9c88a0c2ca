using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Makes users members of rooms and gives them roles, if the caller may do that.</summary>
internal sealed class MemberActs(RoomDirectory rooms, TimeProvider time)
{
    /// <summary>
    /// Everybody joins a room they may enter, moderators bring others, owners of the room give roles. Done and without
    /// an offset when the user is that already.
    /// </summary>
    /// <param name="entered">Who asks and where.</param>
    /// <param name="user">Who becomes a member.</param>
    /// <param name="wanted">The role; null keeps that of a member.</param>
    /// <param name="cancellationToken">Gives up looking for memberships.</param>
    public async ValueTask<(MemberAdded? Added, Refusal? Refusal)> AddAsync(
        Entered entered, KnownUser user, RoomRole? wanted, CancellationToken cancellationToken)
    {
        var membership = await rooms.MembershipAsync(entered.Room, user.Id, cancellationToken);
        var role = wanted ?? (membership.Joined ? membership.Role : RoomRole.Member);
        if (membership.Joined && membership.Role == role)
        {
            return (new MemberAdded(role, IsNew: false, Offset: null), null);
        }

        if (await RefuseAsync(entered, user, membership, role, cancellationToken) is { } refusal)
        {
            return (null, refusal);
        }

        var join = Acts.Join(user.Id, user.Name, role) with { Audit = NoteOf(entered, user, membership, role) };
        var (append, failed) = await rooms.DoAsync(entered.Room, entered.Caller, join);
        return append is null ? (null, failed) : (new MemberAdded(role, !membership.Joined, append.Offset), null);
    }

    /// <summary>True for owners of the room, and those of the server.</summary>
    public async ValueTask<bool> IsOwnerAsync(Entered entered, CancellationToken cancellationToken)
    {
        if (entered.Capability < Capability.Moderate)
        {
            return false;
        }

        var own = await rooms.MembershipAsync(entered.Room, entered.Caller.UserId, cancellationToken);
        return entered.Caller.ServerRole == RoomRole.Owner || own is { Joined: true, Role: RoomRole.Owner };
    }

    /// <summary>Who joins by themselves is no business of owners; who was brought or got another role is.</summary>
    private static AuditNote? NoteOf(Entered entered, KnownUser user, Membership membership, RoomRole role)
    {
        if (membership.Joined || role > RoomRole.Member)
        {
            return new AuditNote("role", user.Name);
        }

        return user.Id == entered.Caller.UserId ? null : new AuditNote("invite", user.Name);
    }

    private async ValueTask<Refusal?> RefuseAsync(
        Entered entered, KnownUser user, Membership membership, RoomRole role, CancellationToken cancellationToken)
    {
        var isSelf = user.Id == entered.Caller.UserId;
        if (!isSelf && entered.Capability < Capability.Moderate)
        {
            return new Refusal(ErrorCode.Forbidden, Reason.ModeratorsBring.With());
        }

        if ((role > RoomRole.Member || membership.Joined) && !await IsOwnerAsync(entered, cancellationToken))
        {
            return new Refusal(ErrorCode.Forbidden, Reason.OwnersGiveRoles.With());
        }

        return !isSelf && membership.BannedUntil > time.GetUtcNow().ToUnixTimeMilliseconds()
            ? new Refusal(ErrorCode.Forbidden, Reason.BannedHere.With("name", user.Name))
            : null;
    }
}
