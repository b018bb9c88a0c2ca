using Culvert.Chat.Pages;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>The search by a form; the same answers as <c>GET /v1/search</c>.</summary>
internal sealed class SearchPages(PageApi api, PageWriter pages)
{
    private const int MaxQuery = 200;
    private const string PageSize = "30";

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
        await pages.WriteAsync<SearchPage>(
            context,
            found.IsDone ? StatusCodes.Status200OK : found.Status,
            ("Query", query),
            ("Hits", found.Read<HitRow[]>("hits") ?? []),
            ("More", found.Read<string>("next")),
            ("Problem", found.IsDone ? null : found.Why(pages.TextOf(context))));
    }
}
