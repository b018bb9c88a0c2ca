using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>
/// Answers <c>GET /v1/rooms/{room}/events</c> with <c>Accept: application/json</c>: pages of messages, pages of the
/// log, and long-polls; and <c>HEAD</c>.
/// </summary>
internal sealed class PageEndpoint(RoomDirectory rooms, IRoomStore store, LongPoll polls)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        if (PageQuery.TryRead(context.Request.Query, out var query) is { } bad)
        {
            await Refusals.WriteAsync(context, bad);
            return;
        }

        // Without a refusal there is a query.
        var (page, refusal) = await ReadAsync(context, entered, query!);
        if (page is not null)
        {
            page.Write(context);
        }
        else if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
        }
    }

    /// <summary><c>HEAD</c>: where the log stands.</summary>
    public async Task HandleHeadAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        if (await store.FindRoomAsync(entered.Room.Record.NameKey, context.RequestAborted) is not { } record)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        var headers = context.Response.Headers;
        headers["Culvert-Cursor"] = new RoomCursor(record.Epoch, record.LastOffset).ToString();
        headers["Culvert-Floor"] = record.FloorOffset.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
    }

    /// <summary>Neither a page nor a refusal when the peer has left.</summary>
    private async ValueTask<(Page? Page, Refusal? Refusal)> ReadAsync(
        HttpContext context, Entered entered, PageQuery query)
    {
        var reader = new PageReader(store, entered.Room);
        if (query.Messages is { } messages)
        {
            return (await reader.ReadMessagesAsync(messages, context.RequestAborted), null);
        }

        var (page, refusal) = await reader.ReadLogAsync(
            query.Since, query.Gap, query.Limit, context.RequestAborted);
        return page is { IsEmpty: true } && query.Wait > TimeSpan.Zero
            ? await polls.WaitAsync(context, entered, query, reader, page)
            : (page, refusal);
    }
}
