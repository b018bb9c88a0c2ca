using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Turns the words of a moderator into an act, if this moderator may do it to that user.</summary>
internal sealed class Moderation(RoomDirectory rooms, IUserDirectory users)
{
    private const int MaxWhy = 500;

    /// <summary>As the other overload, about the user of that name.</summary>
    public async ValueTask<(Act? Act, Refusal? Refusal)> ActAsync(
        Room room,
        Caller caller,
        string verb,
        string name,
        string? why,
        long? until,
        CancellationToken cancellationToken) =>
        await users.FindAsync(name, cancellationToken) is { } user
            ? await ActAsync(room, caller, verb, user, why, until, cancellationToken)
            : (null, new Refusal(ErrorCode.NotFound, Reason.NoUser.With("name", name)));

    /// <param name="room">The room, which the caller entered as a moderator.</param>
    /// <param name="caller">Who acts.</param>
    /// <param name="verb"><c>kick</c>, <c>ban</c>, <c>unban</c>, <c>mute</c> or <c>unmute</c>.</param>
    /// <param name="user">Who it is about.</param>
    /// <param name="why">Shown to everybody; null for nothing.</param>
    /// <param name="until">End of a ban or mute, UTC Unix milliseconds; null for none.</param>
    /// <param name="cancellationToken">Gives up looking for the user's rank.</param>
    public async ValueTask<(Act? Act, Refusal? Refusal)> ActAsync(
        Room room,
        Caller caller,
        string verb,
        KnownUser user,
        string? why,
        long? until,
        CancellationToken cancellationToken)
    {
        if (why?.Length > MaxWhy)
        {
            return (null, new Refusal(ErrorCode.BadField, Reason.WhyTooLong.With("n", $"{MaxWhy}")));
        }

        if (user.Id == caller.UserId)
        {
            return (null, new Refusal(ErrorCode.Forbidden, Reason.NotYourself.With()));
        }

        if (await RankAsync(room, user, cancellationToken) >= await RankOfAsync(room, caller, cancellationToken))
        {
            return (null, new Refusal(ErrorCode.Forbidden, Reason.Outranked.With("name", user.Name)));
        }

        return (verb switch
        {
            "kick" => Acts.Kick(user.Id, user.Name, why),
            "ban" => Acts.Ban(user.Id, user.Name, why, until),
            "unban" => Acts.Unban(user.Id, user.Name),
            "mute" => Acts.Mute(user.Id, user.Name, why, until),
            "unmute" => Acts.Unmute(user.Id, user.Name),
            _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "No such act."),
        }, null);
    }

    private async ValueTask<int> RankOfAsync(Room room, Caller caller, CancellationToken cancellationToken) =>
        await RankAsync(room, new KnownUser(caller.UserId, caller.Name, caller.ServerRole), cancellationToken);

    /// <summary>Roles on the server outrank those of a room.</summary>
    private async ValueTask<int> RankAsync(Room room, KnownUser user, CancellationToken cancellationToken)
    {
        if (user.Role > RoomRole.Member)
        {
            return 10 + (int)user.Role;
        }

        var membership = await rooms.MembershipAsync(room, user.Id, cancellationToken);
        return membership.Joined ? (int)membership.Role : 0;
    }
}
