using System.Globalization;
using Culvert.Chat.Search.Indexing;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Search;

/// <summary>Answers <c>GET /v1/search</c> and <c>GET /v1/mentions</c>.</summary>
internal sealed class SearchEndpoints(SearchService search, RoomDirectory rooms, IIndexStore index)
{
    private const int DefaultLimit = 20;

    /// <summary><c>?q=&amp;room=&amp;limit=&amp;before=</c>.</summary>
    public async Task SearchAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return;
        }

        var values = context.Request.Query;
        var before = long.MaxValue;
        var refusal = PageQuery.TryReadLimit(values, DefaultLimit, out var limit)
            ?? TryReadBefore(values["before"].ToString(), out before);
        SearchQuery? query = null;
        refusal ??= SearchQuery.TryParse(values["q"].ToString(), out query);
        if (refusal is not null || query is null)
        {
            // Either there is a query or a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        Room? only = null;
        if (values["room"].ToString() is { Length: > 0 } name)
        {
            var entry = await rooms.EnterAsync(caller, name, Capability.Read, context.RequestAborted);
            if (entry.Room is null)
            {
                // A room that is not there is refused with a reason.
                await Refusals.WriteAsync(context, entry.Refusal!);
                return;
            }

            only = entry.Room;
        }

        var (reply, failed) = await search.FindAsync(
            caller, query, only, before, Math.Min(limit, SearchService.MaxHits), context.RequestAborted);
        await (reply is not null
            ? JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, ContentJson.Default.SearchReply)
            : Refusals.WriteAsync(context, failed!));
    }

    /// <summary>Counts, without rooms that the caller may no longer read.</summary>
    public async Task MentionsAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return;
        }

        var readable = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, count) in await index.CountMentionsAsync(caller.UserId, context.RequestAborted))
        {
            if ((await rooms.EnterAsync(caller, name, Capability.Read, context.RequestAborted)).Room is not null)
            {
                readable[name] = count;
            }
        }

        await JsonBody.WriteAsync(
            context, StatusCodes.Status200OK, new MentionsReply(readable), ContentJson.Default.MentionsReply);
    }

    private static Refusal? TryReadBefore(string text, out long before)
    {
        before = long.MaxValue;
        return text.Length == 0
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before) && before > 0)
                ? null
                : new Refusal(ErrorCode.BadCursor, "before is the next of an earlier answer.");
    }
}
