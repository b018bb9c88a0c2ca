using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using RoleNames = Culvert.Server.Rooms.RoleNames;

namespace Culvert.Server.Transports;

/// <summary>Answers <c>GET /v1/rooms/{room}/roster?after=&amp;limit=</c>: who belongs to a room.</summary>
internal sealed class RosterEndpoint(RoomDirectory rooms, IRoomStore store, TimeProvider time)
{
    private const int PageSize = 100;

    public async Task HandleAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        var query = context.Request.Query;
        if (PageQuery.TryReadLimit(query, PageSize, out var limit) is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var text = query["after"].ToString();
        long after = 0;
        if (text.Length > 0 && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.BadField, "after is the next of the page before.");
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = await store.ListRosterAsync(entered.Room.Id, after, limit + 1, now, context.RequestAborted);
        var page = rows.Take(limit).ToArray();
        var isModerator = entered.Capability == Capability.Moderate;
        var reply = new RosterReply
        {
            Members = [.. page.Where(row => row.Membership.BannedUntil <= now).Select(row => MemberOf(row, now))],
            Banned = isModerator ? [.. page.Where(row => row.Membership.BannedUntil > now).Select(BanOf)] : null,
            Next = rows.Count > limit ? page[^1].UserId.ToString(CultureInfo.InvariantCulture) : null,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomBodies.Default.RosterReply);
    }

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
