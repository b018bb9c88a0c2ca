using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>What users set for themselves.</summary>
internal sealed class SettingsPages(PageApi api, PageWriter pages, FormGuard forms)
{
    private const string Home = "/chat/settings";

    /// <summary><c>GET /chat/settings</c>.</summary>
    public Task ShowAsync(HttpContext context) =>
        ShowAsync(context, StatusCodes.Status200OK, new FormState(), made: null);

    /// <summary><c>POST /chat/settings/profile</c>.</summary>
    public Task SetProfileAsync(HttpContext context) => ActAsync(context, (form, name) =>
    {
        FieldRules.CheckTitle(form, "title", pages.TextOf(context));
        var title = form["title"].Length == 0 ? name : form["title"];
        return (HttpMethods.Patch, "/v1/me", new JsonObject { ["title"] = title }, "settings.saved");
    });

    /// <summary><c>POST /chat/settings/avatar/delete</c>.</summary>
    public Task DeleteAvatarAsync(HttpContext context) => ActAsync(context, static (_, _) =>
        (HttpMethods.Delete, "/v1/me/avatar", null, "settings.saved"));

    /// <summary><c>POST /chat/settings/password</c>.</summary>
    public Task SetPasswordAsync(HttpContext context) => ActAsync(context, (form, name) =>
    {
        FieldRules.CheckPassword(form, "password", name, pages.TextOf(context));
        var body = new JsonObject { ["password"] = form.Raw("password"), ["current"] = form.Raw("current") };
        return (HttpMethods.Post, "/v1/users/{name}/password", body, "settings.passwordSet");
    });

    /// <summary><c>POST /chat/settings/sessions/revoke</c>: one, or all others.</summary>
    public Task RevokeSessionAsync(HttpContext context) => ActAsync(context, static (form, _) =>
        (HttpMethods.Delete, form["id"].Length > 0 ? "/v1/sessions/{id}" : "/v1/sessions", null, "settings.revoked"));

    /// <summary><c>POST /chat/settings/tokens/revoke</c>.</summary>
    public Task RevokeTokenAsync(HttpContext context) => ActAsync(context, static (_, _) =>
        (HttpMethods.Delete, "/v1/tokens/{id}", null, "settings.revoked"));

    /// <summary><c>POST /chat/settings/tokens</c>: the answer shows the secret, this once.</summary>
    public async Task MintAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is null || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var text = pages.TextOf(context);
        if (form["token"].Length is 0 or > 100)
        {
            form.Fail("token", form["token"].Length == 0 ? text["problem.empty"] : text.Count("problem.long", 100));
            await ShowAsync(context, StatusCodes.Status400BadRequest, form, made: null);
            return;
        }

        var body = new JsonObject
        {
            ["name"] = form["token"],
            ["scopes"] = form["scope"] == "read" ? new JsonArray("read") : new JsonArray("read", "write"),
        };
        var made = await api.CallAsync(context, HttpMethods.Post, "/v1/tokens", body);
        if (!made.IsDone)
        {
            form.Fail(made.Why(text));
        }

        await ShowAsync(context, made.IsDone ? StatusCodes.Status200OK : made.Status, form, made.Read<TokenRow>());
    }

    /// <summary>Does what a form says by one call of the API, then shows the page again.</summary>
    private async Task ActAsync(
        HttpContext context,
        Func<FormState, string, (string Method, string Pattern, JsonObject? Body, string Done)> order)
    {
        if (SignInGate.Require(context, pages) is not { } caller || await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var (method, pattern, body, done) = order(form, caller.Name);
        if (!form.IsGood)
        {
            await ShowAsync(context, StatusCodes.Status400BadRequest, form, made: null);
            return;
        }

        var answer = await CallAsync(context, method, pattern, body, form["id"], caller.Name);
        var text = pages.TextOf(context);
        if (answer.IsDone)
        {
            new Flash("info", text[done]).Write(context.Response);
            context.Response.Redirect(Home);
            return;
        }

        if (answer.Code == "forbidden" && form.Has("current"))
        {
            form.Fail("current", text["problem.currentWrong"]);
        }
        else
        {
            form.Fail(answer.Why(text));
        }

        await ShowAsync(context, answer.Status, form, made: null);
    }

    private Task<ApiAnswer> CallAsync(
        HttpContext context, string method, string pattern, JsonObject? body, string id, string name)
    {
        if (pattern.Contains("{id}", StringComparison.Ordinal))
        {
            return api.CallAsync(context, method, pattern, body, ("id", id));
        }

        return pattern.Contains("{name}", StringComparison.Ordinal)
            ? api.CallAsync(context, method, pattern, body, ("name", name))
            : api.CallAsync(context, method, pattern, body);
    }

    private async Task ShowAsync(HttpContext context, int status, FormState form, TokenRow? made)
    {
        if (SignInGate.Require(context, pages) is null)
        {
            return;
        }

        var sessions = await api.GetAsync(context, "/v1/sessions");
        var tokens = await api.GetAsync(context, "/v1/tokens");
        await pages.WriteAsync<SettingsPage>(
            context,
            status,
            ("State", form),
            ("Made", made),
            ("Sessions", sessions.Read<SessionRow[]>("sessions") ?? []),
            ("Tokens", tokens.Read<TokenRow[]>("tokens") ?? []));
    }
}
