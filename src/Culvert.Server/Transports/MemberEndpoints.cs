using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using RoleNames = Culvert.Server.Rooms.RoleNames;

namespace Culvert.Server.Transports;

/// <summary>Answers requests about who belongs to a room, and how far they have read.</summary>
internal sealed class MemberEndpoints(
    RoomDirectory rooms, IUserDirectory users, Moderation moderation, MemberActs acts)
{
    /// <summary><c>GET /v1/rooms/{room}/members</c>: who is online.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        var (version, names) = entered.Room.Presence.Members();
        var reply = new MembersReply { Pv = version, Online = names };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomJson.Default.MembersReply);
    }

    /// <summary>
    /// <c>POST /v1/rooms/{room}/members</c>: everybody joins a room they may enter, moderators bring others, owners of
    /// the room give roles.
    /// </summary>
    public async Task AddAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Write, Capability.Read) is not { } entered
            || await JsonBody.ReadAsync(context, RoomBodies.Default.MemberBody) is not { } body
            || await FindAsync(context, body.User) is not { } user)
        {
            return;
        }

        var role = RoomRole.Member;
        if (body.Role is not null && !RoleNames.TryParse(body.Role, out role))
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "role is one of member, moderator, owner.");
            return;
        }

        var (added, refusal) = await acts.AddAsync(
            entered, user, body.Role is null ? null : role, context.RequestAborted);
        if (added is null)
        {
            // Either it was done or there is a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        var status = added.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        var reply = new MemberReply { User = user.Name, Role = RoleNames.Of(added.Role), Offset = added.Offset };
        await JsonBody.WriteAsync(context, status, reply, RoomBodies.Default.MemberReply);
    }

    /// <summary><c>DELETE /v1/rooms/{room}/members/{user}</c>: leaves, or a moderator removes.</summary>
    public async Task RemoveAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Write, Capability.Read) is not { } entered
            || await FindAsync(context, (string?)context.Request.RouteValues["user"] ?? "") is not { } user)
        {
            return;
        }

        var isSelf = user.Id == entered.Caller.UserId;
        var refusal = isSelf && entered.Room.Record.Kind == RoomKind.Direct
            ? new Refusal(ErrorCode.Forbidden, Reason.DirectStays.With())
            : null;
        if (!isSelf)
        {
            // A kick is what a removal does besides: whoever may not do the one may not do the other.
            refusal = entered.Capability < Capability.Moderate
                ? new Refusal(ErrorCode.Forbidden, Reason.ModeratorsRemove.With())
                : (await moderation.ActAsync(
                    entered.Room, entered.Caller, "kick", user.Name, null, null, context.RequestAborted)).Refusal;
        }

        var membership = await rooms.MembershipAsync(entered.Room, user.Id, context.RequestAborted);
        if (refusal is null && !membership.Joined)
        {
            refusal = new Refusal(ErrorCode.NotFound, Reason.NotMember.With("name", user.Name));
        }

        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var leave = Acts.Leave(user.Id, user.Name) with
        {
            Audit = isSelf ? null : new AuditNote("remove", user.Name),
        };
        await ActAsync(context, rooms, entered, leave);
    }

    /// <summary><c>PUT /v1/rooms/{room}/read</c>.</summary>
    public async Task SetReadAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Write, Capability.Read) is not { } entered
            || await JsonBody.ReadAsync(context, RoomJson.Default.ReadBody) is not { } body)
        {
            return;
        }

        if (body.Seq is < 0 or > RoomCursor.MaxOffset)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "seq must be an integer from 0 to 2^53 - 1.");
            return;
        }

        var stored = await rooms.SetReadAsync(
            entered.Room, entered.Caller, body.Seq, body.Back == true, context.RequestAborted);
        var reply = new ReadBody { Seq = stored };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomJson.Default.ReadBody);
    }

    /// <summary>Does one act and answers <c>{"offset"}</c>.</summary>
    public static async Task ActAsync(HttpContext context, RoomDirectory rooms, Entered entered, Act act)
    {
        var (append, refusal) = await rooms.DoAsync(entered.Room, entered.Caller, act);
        if (append is null)
        {
            // Either it was done or there is a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        await JsonBody.WriteAsync(
            context, StatusCodes.Status200OK, new OffsetReply(append.Offset), RoomBodies.Default.OffsetReply);
    }

    /// <summary>The user; or null, and the request is answered.</summary>
    private async ValueTask<KnownUser?> FindAsync(HttpContext context, string name)
    {
        var user = await users.FindAsync(name, context.RequestAborted);
        if (user is null)
        {
            await Refusals.WriteAsync(context, new Refusal(ErrorCode.NotFound, Reason.NoUser.With("name", name)));
        }

        return user;
    }
}
