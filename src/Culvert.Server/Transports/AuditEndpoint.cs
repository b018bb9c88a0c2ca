using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>
/// Answers <c>GET /v1/audit?before=&amp;limit=</c> for owners of the server: what moderators and owners did.
/// </summary>
internal sealed class AuditEndpoint(IAuditLog audit)
{
    private const int PageSize = 50;

    public async Task HandleAsync(HttpContext context)
    {
        if (await CallerGate.RequireOwnerAsync(context) is null)
        {
            return;
        }

        var query = context.Request.Query;
        if (PageQuery.TryReadLimit(query, PageSize, out var limit) is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var text = query["before"].ToString();
        var before = long.MaxValue;
        if (text.Length > 0 && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.BadField, "before is the id of an entry.");
            return;
        }

        var entries = await audit.ListAsync(before, limit + 1, context.RequestAborted);
        var page = new AuditPage
        {
            Entries = [.. entries.Take(limit).Select(AuditItem.Of)],
            More = entries.Count > limit,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, page, RoomBodies.Default.AuditPage);
    }
}
