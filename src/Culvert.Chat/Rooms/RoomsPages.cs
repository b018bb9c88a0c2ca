using System.Text.Json.Nodes;
using Culvert.Chat.Accounts;
using Culvert.Chat.Pages;
using Culvert.Protocol.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>The directory of rooms and people, and what its forms do.</summary>
internal sealed class RoomsPages(PageApi api, PageWriter pages, FormGuard forms)
{
    private const string Home = "/chat/rooms";
    private const string PeopleListed = "50";
    private const string RoomsListed = "100";

    private static readonly ListAddress Rooms = new(Home, "all-title");
    private static readonly ListAddress People = new(Home, "people-title") { Prefix = "person-" };

    /// <summary><c>GET /chat/rooms</c>.</summary>
    public Task ShowAsync(HttpContext context) => ShowAsync(context, StatusCodes.Status200OK, new FormState());

    /// <summary><c>POST /chat/rooms</c>: a new room; its maker is led into it.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var text = pages.TextOf(context);
        FieldRules.CheckRoomName(form, "name", text);
        if (!form.IsGood)
        {
            await ShowAsync(context, StatusCodes.Status400BadRequest, form);
            return;
        }

        var made = await api.CallAsync(context, HttpMethods.Post, "/v1/rooms", new JsonObject
        {
            ["name"] = form["name"],
            ["kind"] = form["kind"] == "private" ? "private" : "public",
            ["topic"] = form["topic"],
        });
        if (made.Read<string>("name") is { } name)
        {
            context.Response.Redirect(PageContext.PathOf(name));
            return;
        }

        FieldRules.Note(form, made, "name", text);
        await ShowAsync(context, made.Status, form);
    }

    /// <summary><c>POST /chat/direct</c>: the room with one other person.</summary>
    public async Task DirectAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var made = await api.CallAsync(context, HttpMethods.Post, "/v1/rooms", new JsonObject
        {
            ["kind"] = "direct",
            ["users"] = new JsonArray(form["user"]),
        });
        if (made.Read<string>("name") is { } name)
        {
            context.Response.Redirect(PageContext.PathOf(name));
            return;
        }

        Fail(context, made);
    }

    /// <summary><c>POST /chat/rooms/{room}/join</c>.</summary>
    public async Task JoinAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is not { } caller || await forms.RequireAsync(context) is null)
        {
            return;
        }

        var room = RoomOf(context);
        var joined = await api.CallAsync(
            context,
            HttpMethods.Post,
            "/v1/rooms/{room}/members",
            new JsonObject { ["user"] = caller.Name },
            ("room", room));
        if (joined.IsDone)
        {
            context.Response.Redirect(PageContext.PathOf(room));
            return;
        }

        Fail(context, joined);
    }

    /// <summary><c>POST /chat/rooms/{room}/leave</c>.</summary>
    public async Task LeaveAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is not { } caller || await forms.RequireAsync(context) is null)
        {
            return;
        }

        var room = RoomOf(context);
        var left = await api.CallAsync(
            context,
            HttpMethods.Delete,
            "/v1/rooms/{room}/members/{user}",
            null,
            ("room", room),
            ("user", caller.Name));
        if (left.IsDone)
        {
            Tell(context, "info", pages.TextOf(context).Format("rooms.left", ("room", room)));
            return;
        }

        Fail(context, left);
    }

    /// <summary><c>POST /chat/rooms/{room}/restore</c>: what was deleted is there again.</summary>
    public async Task RestoreAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is null)
        {
            return;
        }

        var room = RoomOf(context);
        var restored = await api.CallAsync(
            context, HttpMethods.Post, "/v1/rooms/{room}/restore", null, ("room", room));
        if (restored.IsDone)
        {
            context.Response.Redirect(PageContext.PathOf(room));
            return;
        }

        Fail(context, restored);
    }

    private static string RoomOf(HttpContext context) => (string?)context.Request.RouteValues["room"] ?? "";

    private void Fail(HttpContext context, ApiAnswer answer) =>
        Tell(context, "error", answer.Why(pages.TextOf(context)));

    private static void Tell(HttpContext context, string kind, string message)
    {
        new Flash(kind, message).Write(context.Response);
        context.Response.Redirect(Home);
    }

    private async Task ShowAsync(HttpContext context, int status, FormState form)
    {
        if (SignInGate.Require(context, pages) is not { } caller)
        {
            return;
        }

        var query = context.Request.Query;
        var rooms = await api.GetAsync(
            context, "/v1/rooms", [("show", "named"), ("limit", RoomsListed), .. Rooms.Of(query)]);
        var deleted = await api.GetAsync(context, "/v1/rooms", ("show", "deleted"), ("limit", RoomsListed));
        var answer = await api.GetAsync(context, "/v1/people", [("limit", PeopleListed), .. People.Of(query)]);
        var people = Listed<PersonView>.Of(answer, "profiles", query[People.WordsName].ToString().Trim());
        await pages.WriteAsync<RoomsPage>(
            context,
            status,
            ("State", form),
            ("Address", Rooms),
            ("All", Listed<RoomInfo>.Of(rooms, "rooms", query[Rooms.WordsName].ToString().Trim())),
            ("Deleted", deleted.Read<RoomInfo[]>("rooms") ?? []),
            ("People", people with { Rows = [.. people.Rows.Where(person => person.Name != caller.Name)] }),
            ("PeopleAddress", People),
            ("JustDeleted", query["deleted"].ToString()));
    }
}
