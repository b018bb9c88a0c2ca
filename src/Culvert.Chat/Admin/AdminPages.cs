using System.Reflection;
using System.Text.Json.Nodes;
using Culvert.Chat.Accounts;
using Culvert.Chat.Pages;
using Culvert.Chat.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Admin;

/// <summary>What the owners of the server see and do.</summary>
internal sealed class AdminPages(PageApi api, PageWriter pages, FormGuard forms, ConfirmPages confirm)
{
    private const string Home = "/chat/admin";
    private const string AuditLimit = "50";
    private const string UsersListed = "50";

    // The list of what was done has the name before for itself.
    private static readonly ListAddress Users = new(Home, "people") { Prefix = "user-" };

    /// <summary><c>GET /chat/admin</c>.</summary>
    public Task ShowAsync(HttpContext context) =>
        ShowAsync(context, StatusCodes.Status200OK, new Shown(new FormState()));

    /// <summary><c>POST /chat/admin/users</c>: role, disabled.</summary>
    public async Task ChangeUserAsync(HttpContext context)
    {
        if (await RequireFormAsync(context) is not { } form)
        {
            return;
        }

        var body = new JsonObject();
        if (form["role"].Length > 0)
        {
            body["role"] = form["role"];
        }

        if (form["disabled"] is "true" or "false")
        {
            body["disabled"] = form["disabled"] == "true";
        }

        var changed = await api.CallAsync(context, HttpMethods.Patch, "/v1/users/{name}", body, ("name", form["user"]));
        await FinishAsync(context, form, changed, "settings.saved");
    }

    /// <summary><c>POST /chat/admin/reset</c>: a link with which a user sets a new password.</summary>
    public async Task ResetAsync(HttpContext context)
    {
        if (await RequireFormAsync(context) is not { } form)
        {
            return;
        }

        var made = await api.CallAsync(
            context, HttpMethods.Post, "/v1/users/{name}/reset", new JsonObject(), ("name", form["user"]));
        if (ConfirmPages.IsAskedBy(made))
        {
            await confirm.AskAsync(context, made.Status, form);
            return;
        }

        if (!made.IsDone)
        {
            form.Fail(made.Why(pages.TextOf(context)));
        }

        await ShowAsync(
            context,
            made.IsDone ? StatusCodes.Status200OK : made.Status,
            new Shown(form, ResetOf: form["user"], ResetPath: made.Read<string>("path")));
    }

    /// <summary><c>POST /chat/admin/invites</c>.</summary>
    public async Task InviteAsync(HttpContext context)
    {
        if (await RequireFormAsync(context) is not { } form)
        {
            return;
        }

        var made = await InviteForms.CreateAsync(api, context, form, room: null);
        if (!made.IsDone)
        {
            form.Fail(made.Why(pages.TextOf(context)));
        }

        await ShowAsync(
            context,
            made.IsDone ? StatusCodes.Status200OK : made.Status,
            new Shown(form, Invite: made.Read<InviteRow>()));
    }

    /// <summary><c>POST /chat/admin/invites/revoke</c>.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        if (await RequireFormAsync(context) is not { } form)
        {
            return;
        }

        var revoked = await api.CallAsync(context, HttpMethods.Delete, "/v1/invites/{id}", null, ("id", form["id"]));
        await FinishAsync(context, form, revoked, "invite.revoked");
    }

    /// <summary>The form to act on; or null, and the request is answered.</summary>
    private async ValueTask<FormState?> RequireFormAsync(HttpContext context) =>
        SignInGate.RequireOwner(context, pages) is { } owner
        && await forms.RequireAsync(context) is { } form
        && await confirm.TakeAsync(context, owner, form)
            ? form
            : null;

    private async Task FinishAsync(HttpContext context, FormState form, ApiAnswer answer, string done)
    {
        if (ConfirmPages.IsAskedBy(answer))
        {
            await confirm.AskAsync(context, answer.Status, form);
            return;
        }

        var text = pages.TextOf(context);
        if (answer.IsDone)
        {
            new Flash("info", text[done]).Write(context.Response);
            context.Response.Redirect(Home);
            return;
        }

        form.Fail(answer.Why(text));
        await ShowAsync(context, answer.Status, new Shown(form));
    }

    private async Task ShowAsync(HttpContext context, int status, Shown shown)
    {
        if (SignInGate.RequireOwner(context, pages) is null)
        {
            return;
        }

        var before = context.Request.Query["before"].ToString();
        var audit = before.Length == 0
            ? await api.GetAsync(context, "/v1/audit", ("limit", AuditLimit))
            : await api.GetAsync(context, "/v1/audit", ("limit", AuditLimit), ("before", before));
        var query = context.Request.Query;
        var users = await api.GetAsync(context, "/v1/users", [("limit", UsersListed), .. Users.Of(query)]);
        var invites = await api.GetAsync(context, "/v1/invites");
        await pages.WriteAsync<AdminPage>(
            context,
            status,
            ("State", shown.Form),
            ("Made", shown.Invite),
            ("ResetOf", shown.ResetOf),
            ("ResetPath", shown.ResetPath),
            ("Users", Listed<UserRow>.Of(users, "users", query[Users.WordsName].ToString().Trim())),
            ("Address", Users),
            ("Invites", invites.Read<InviteRow[]>("invites") ?? []),
            ("Audit", audit.Read<AuditRow[]>("entries") ?? []),
            ("HasMoreAudit", audit.Read<bool>("more")),
            ("Version", Version),
            ("Origin", $"{context.Request.Scheme}://{context.Request.Host}"));
    }

    /// <summary>Number, and the beginning of the commit: <c>0.1.0+1b37d22</c>.</summary>
    private static string Version { get; } = Shorten(typeof(AdminPages).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    private static string Shorten(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus
            ? version[..Math.Min(version.Length, plus + 8)]
            : version;

    /// <summary>What an act has to say on the page that follows.</summary>
    private sealed record Shown(
        FormState Form, InviteRow? Invite = null, string? ResetOf = null, string? ResetPath = null);
}
