using Culvert.Chat.Pages;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>The search by a form; the same answers as <c>GET /v1/search</c>.</summary>
internal sealed class SearchPages(PageApi api, PageWriter pages, ProfileService profiles)
{
    private const int MaxQuery = 200;
    private const string PageSize = "30";

    /// <summary>The authors of a page of hits, and everybody in as many direct rooms.</summary>
    private const int MaxPeople = 30 * (1 + DirectRooms.MaxPeople);

    /// <summary><c>GET /chat/search?q=&amp;room=&amp;before=</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null)
        {
            return;
        }

        var query = context.Request.Query["q"].ToString().Trim();
        query = query.Length > MaxQuery ? query[..MaxQuery] : query;
        var before = context.Request.Query["before"].ToString();
        if (query.Length == 0)
        {
            await pages.WriteAsync<SearchPage>(context, StatusCodes.Status200OK);
            return;
        }

        var found = before.Length == 0
            ? await api.GetAsync(context, "/v1/search", ("q", query), ("limit", PageSize))
            : await api.GetAsync(context, "/v1/search", ("q", query), ("limit", PageSize), ("before", before));
        var hits = found.Read<HitRow[]>("hits") ?? [];
        var direct = await DirectAsync(context, hits);
        var names = hits.Select(static hit => hit.From).Concat(direct.Values.SelectMany(static r => r.People ?? []));
        await pages.WriteAsync<SearchPage>(
            context,
            found.IsDone ? StatusCodes.Status200OK : found.Status,
            ("Query", query),
            ("Hits", hits),
            ("Direct", direct),
            ("People", await profiles.ViewsAsync(names, MaxPeople, context.RequestAborted)),
            ("More", found.Read<string>("next")),
            ("Problem", found.IsDone ? null : found.Why(pages.TextOf(context))));
    }

    /// <summary>The direct rooms of the hits, by name: theirs says nothing to anybody.</summary>
    private async Task<IReadOnlyDictionary<string, RoomInfo>> DirectAsync(HttpContext context, HitRow[] hits)
    {
        Dictionary<string, RoomInfo> rooms = new(StringComparer.Ordinal);
        foreach (var name in hits.Select(static hit => hit.Room).Distinct().Where(static n => DirectRooms.IsName(n)))
        {
            var answer = await api.GetAsync(context, "/v1/rooms/{room}", ("room", name));
            if (answer.Read<RoomInfo>() is { } room)
            {
                rooms[name] = room;
            }
        }

        return rooms;
    }
}
