using System.Globalization;
using System.Text.Json.Nodes;
using Culvert.Chat.Accounts;
using Culvert.Chat.Pages;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>A room's settings: what it is, who belongs to it, invitations, its end.</summary>
internal sealed class RoomSettingsPages(PageApi api, PageWriter pages, FormGuard forms, TimeProvider time)
{
    private const string RosterLimit = "50";
    private const int MaxProfiles = 100;

    /// <summary><c>GET /chat/rooms/{room}/settings</c>.</summary>
    public Task ShowAsync(HttpContext context) =>
        ShowAsync(context, StatusCodes.Status200OK, new FormState(), made: null);

    /// <summary><c>POST /chat/rooms/{room}/settings</c>: topic and kind.</summary>
    public Task ChangeAsync(HttpContext context) => ActAsync(context, form =>
    {
        var patch = new JsonObject();
        if (form.Has("topic"))
        {
            patch["topic"] = form["topic"];
        }

        if (form["kind"] is "public" or "private")
        {
            patch["kind"] = form["kind"];
        }

        if (form["archived"] is "true" or "false")
        {
            patch["archived"] = form["archived"] == "true";
        }

        return (HttpMethods.Patch, "/v1/rooms/{room}", patch, "roomSettings.saved");
    });

    /// <summary><c>POST /chat/rooms/{room}/members</c>: brings somebody in, or gives a role.</summary>
    public Task AddAsync(HttpContext context) => ActAsync(context, static form =>
    {
        var body = new JsonObject { ["user"] = form["user"] };
        if (form["role"].Length > 0)
        {
            body["role"] = form["role"];
        }

        return (HttpMethods.Post, "/v1/rooms/{room}/members", body, "roomSettings.saved");
    });

    /// <summary><c>POST /chat/rooms/{room}/moderate</c>: kick, mute, unmute, ban, unban.</summary>
    public Task ModerateAsync(HttpContext context) => ActAsync(context, form =>
    {
        var verb = form["act"] is "kick" or "mute" or "unmute" or "ban" or "unban" ? form["act"] : "kick";
        var body = new JsonObject { ["user"] = form["user"] };
        if (form["why"].Length > 0)
        {
            body["why"] = form["why"];
        }

        if (int.TryParse(form["hours"], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours > 0)
        {
            body["until"] = time.GetUtcNow().AddHours(hours).ToUnixTimeMilliseconds();
        }

        return (HttpMethods.Post, $"/v1/rooms/{{room}}/{verb}", body, "roomSettings.done");
    });

    /// <summary><c>POST /chat/rooms/{room}/invites</c>.</summary>
    public async Task InviteAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var made = await InviteForms.CreateAsync(api, context, form, RoomOf(context));
        if (!made.IsDone)
        {
            form.Fail(made.Why(pages.TextOf(context)));
        }

        await ShowAsync(context, made.IsDone ? StatusCodes.Status200OK : made.Status, form, made.Read<InviteRow>());
    }

    /// <summary><c>POST /chat/rooms/{room}/invites/revoke</c>.</summary>
    public Task RevokeAsync(HttpContext context) => ActAsync(context, static form =>
        (HttpMethods.Delete, "/v1/invites/{id}", null, "invite.revoked"));

    /// <summary><c>POST /chat/rooms/{room}/delete</c>, with the room's name typed.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var text = pages.TextOf(context);
        var room = RoomOf(context);
        if (form["confirm"] != room)
        {
            form.Fail("confirm", text["roomSettings.confirmWrong"]);
            await ShowAsync(context, StatusCodes.Status400BadRequest, form, made: null);
            return;
        }

        var deleted = await api.CallAsync(
            context, HttpMethods.Delete, "/v1/rooms/{room}", new JsonObject { ["name"] = room }, ("room", room));
        if (deleted.IsDone)
        {
            context.Response.Redirect($"/chat/rooms?deleted={Uri.EscapeDataString(room)}");
            return;
        }

        form.Fail(deleted.Why(text));
        await ShowAsync(context, deleted.Status, form, made: null);
    }

    private static string RoomOf(HttpContext context) => (string?)context.Request.RouteValues["room"] ?? "";

    /// <summary>Does what a form says by one call of the API, then shows the page again.</summary>
    private async Task ActAsync(
        HttpContext context, Func<FormState, (string Method, string Pattern, JsonObject? Body, string Done)> order)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var (method, pattern, body, done) = order(form);
        var room = RoomOf(context);
        var answer = pattern.Contains("{id}", StringComparison.Ordinal)
            ? await api.CallAsync(context, method, pattern, body, ("id", form["id"]))
            : await api.CallAsync(context, method, pattern, body, ("room", room));
        var text = pages.TextOf(context);
        if (answer.IsDone)
        {
            new Flash("info", text[done]).Write(context.Response);
            context.Response.Redirect($"{PageContext.PathOf(room)}/settings");
            return;
        }

        form.Fail(answer.Why(text));
        await ShowAsync(context, answer.Status, form, made: null);
    }

    private async Task ShowAsync(HttpContext context, int status, FormState form, InviteRow? made)
    {
        if (SignInGate.Require(context, pages) is not { } caller)
        {
            return;
        }

        var name = RoomOf(context);
        var shown = await api.GetAsync(context, "/v1/rooms/{room}", ("room", name));
        if (shown.Read<RoomInfo>() is not { } room || !shown.IsDone)
        {
            // The same whether it is not there or may not be known of.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var address = new ListAddress($"{PageContext.PathOf(room)}/settings", "members");
        var query = context.Request.Query;
        var roster = await api.GetAsync(
            context, "/v1/rooms/{room}/roster", [("room", name), ("limit", RosterLimit), .. address.Of(query)]);
        var members = Listed<MemberRow>.Of(roster, "members", query[address.WordsName].ToString().Trim());
        var people = await api.GetAsync(
            context,
            "/v1/profiles",
            [.. members.Rows.Take(MaxProfiles).Select(static member => ("name", member.Name))]);
        var invites = await api.GetAsync(context, "/v1/invites");
        var isOwner = caller.ServerRole == RoomRole.Owner || room.Role == "owner";
        await pages.WriteAsync<RoomSettingsPage>(
            context,
            status,
            ("Room", room),
            ("State", form),
            ("Made", made),
            ("Members", members),
            ("Address", address),
            ("People", people.Read<PersonView[]>("profiles") ?? []),
            ("Banned", roster.Read<BanRow[]>("banned") ?? []),
            ("Invites", invites.Read<InviteRow[]>("invites")?.Where(row => row.Room == room.Name).ToArray() ?? []),
            ("MayModerate", isOwner || caller.ServerRole == RoomRole.Moderator || room.Role == "moderator"),
            ("MayOwn", isOwner),
            ("Origin", $"{context.Request.Scheme}://{context.Request.Host}"));
    }
}
