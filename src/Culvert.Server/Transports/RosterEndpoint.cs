using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using RoleNames = Culvert.Server.Rooms.RoleNames;

namespace Culvert.Server.Transports;

/// <summary>
/// Answers <c>GET /v1/rooms/{room}/roster?q=&amp;after=&amp;before=&amp;limit=</c>: who belongs to a room.
/// </summary>
internal sealed class RosterEndpoint(RoomDirectory rooms, IRoomStore store, TimeProvider time)
{
    private const int PageSize = 100;

    public async Task HandleAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        if (ListOrders.TryRead(context.Request.Query, PageSize, out var order) is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        if (!IsKey(order.After) || !IsKey(order.Before))
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "after and before are the next and the previous of another page.");
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var isModerator = entered.Capability == Capability.Moderate;
        var page = await ListPage<RosterRow>.ReadAsync(
            order,
            (key, isBack, limit) => store.ListRosterAsync(
                entered.Room.Id, key.Length == 0 ? 0 : KeyOf(key), isBack, limit, now, context.RequestAborted),
            static row => row.UserId.ToString(CultureInfo.InvariantCulture),
            row => (isModerator || row.Membership.BannedUntil <= now) && order.Fits(row.Name, row.Title));
        var reply = new RosterReply
        {
            Members = [.. page.Rows.Where(row => row.Membership.BannedUntil <= now).Select(row => MemberOf(row, now))],
            Banned = isModerator ? [.. page.Rows.Where(row => row.Membership.BannedUntil > now).Select(BanOf)] : null,
            Previous = page.Previous,
            Next = page.Next,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomBodies.Default.RosterReply);
    }

    private static bool IsKey(string? text) =>
        text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static long KeyOf(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static RosterMember MemberOf(RosterRow row, long now) => new()
    {
        Name = row.Name,
        Role = RoleNames.Of(row.Membership.Role),
        JoinedAt = row.JoinedAt,
        MutedUntil = RoomInfos.EndOf(row.Membership.MutedUntil, now),
    };

    private static RosterBan BanOf(RosterRow row) =>
        new(row.Name, Math.Min(row.Membership.BannedUntil, RoomCursor.MaxOffset));
}
