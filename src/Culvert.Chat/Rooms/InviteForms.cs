using System.Globalization;
using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>Makes an invitation as a form asks for it.</summary>
internal static class InviteForms
{
    /// <param name="api">The API.</param>
    /// <param name="context">The request of the page.</param>
    /// <param name="form">Has <c>uses</c> and <c>days</c>.</param>
    /// <param name="room">The room it leads into; null for none.</param>
    public static Task<ApiAnswer> CreateAsync(PageApi api, HttpContext context, FormState form, string? room)
    {
        var body = new JsonObject
        {
            ["uses"] = Number(form["uses"], 1),
            ["expiresMs"] = (long)TimeSpan.FromDays(Number(form["days"], 7)).TotalMilliseconds,
        };
        if (room is not null)
        {
            body["room"] = room;
        }

        return api.CallAsync(context, HttpMethods.Post, "/v1/invites", body);
    }

    private static int Number(string text, int otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, 10_000)
            : otherwise;
}
