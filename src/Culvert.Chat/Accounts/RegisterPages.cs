using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Making an account by a form: by the open policy or with an invitation.</summary>
internal sealed class RegisterPages(
    PageApi api, SignInForm signIn, PageWriter pages, FormGuard forms, AccountOptions options)
{
    /// <summary><c>GET /register</c>.</summary>
    public Task ShowAsync(HttpContext context)
    {
        if (CallerFeature.Of(context).Caller is { } caller)
        {
            return SignInPages.TurnAway(context, pages.TextOf(context), caller);
        }

        return pages.WriteAsync<RegisterPage>(
            context, StatusCodes.Status200OK, ("IsOpen", IsOpen), ("Policy", PolicyText));
    }

    /// <summary><c>POST /register</c>.</summary>
    public async Task RegisterAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        if (!IsOpen)
        {
            await pages.WriteAsync<RegisterPage>(
                context, StatusCodes.Status403Forbidden, ("IsOpen", false), ("Policy", PolicyText));
            return;
        }

        var status = await RegisterAsync(context, form, invite: null);
        if (status == StatusCodes.Status303SeeOther)
        {
            context.Response.Redirect("/");
            return;
        }

        await pages.WriteAsync<RegisterPage>(context, status, ("State", form));
    }

    /// <summary><c>GET /join/{token}</c>.</summary>
    public Task ShowInviteAsync(HttpContext context)
    {
        if (CallerFeature.Of(context).Caller is null)
        {
            return pages.WriteAsync<RegisterPage>(
                context, StatusCodes.Status200OK, ("IsInvited", true), ("Action", context.Request.Path.Value));
        }

        var text = pages.TextOf(context);
        return pages.WriteAsync<NoticePage>(
            context,
            StatusCodes.Status200OK,
            ("Heading", text["join.title"]),
            ("Message", text["join.accept"]),
            ("Submit", text["join.submit"]),
            ("Action", context.Request.Path.Value));
    }

    /// <summary><c>POST /join/{token}</c>.</summary>
    public async Task TakeInviteAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var token = (string?)context.Request.RouteValues["token"] ?? "";
        var isNew = CallerFeature.Of(context).Caller is null;
        if (isNew && await RegisterAsync(context, form, token) is not StatusCodes.Status303SeeOther and var status)
        {
            await pages.WriteAsync<RegisterPage>(
                context, status, ("State", form), ("IsInvited", true), ("Action", context.Request.Path.Value));
            return;
        }

        if (isNew)
        {
            context.Response.Redirect("/");
            return;
        }

        var taken = await api.CallAsync(
            context, HttpMethods.Post, "/v1/invites/accept", new JsonObject { ["token"] = token });
        if (taken.Read<string>("room") is { } room)
        {
            context.Response.Redirect(PageContext.PathOf(room));
            return;
        }

        var text = pages.TextOf(context);
        await pages.WriteAsync<NoticePage>(
            context,
            taken.Status,
            ("Heading", text["join.title"]),
            ("Message", taken.Status == StatusCodes.Status404NotFound ? text["problem.invite"] : taken.Why(text)),
            ("LinkText", text["error.rooms"]),
            ("LinkPath", "/chat/rooms"));
    }

    private bool IsOpen => options.Registration == RegistrationPolicy.Open;

    private string PolicyText =>
        options.Registration == RegistrationPolicy.Invite ? "register.invite" : "register.closed";

    /// <summary>The status to answer with: 303 when the user is there and signed in.</summary>
    private async Task<int> RegisterAsync(HttpContext context, FormState form, string? invite)
    {
        var text = pages.TextOf(context);
        FieldRules.CheckUserName(form, "name", text);
        FieldRules.CheckTitle(form, "title", text);
        FieldRules.CheckPassword(form, "password", form["name"], text);
        if (!form.IsGood)
        {
            return StatusCodes.Status400BadRequest;
        }

        var body = new JsonObject { ["name"] = form["name"], ["password"] = form.Raw("password") };
        if (invite is not null)
        {
            body["invite"] = invite;
        }

        var made = await api.CallAsync(context, HttpMethods.Post, "/v1/users", body);
        if (!made.IsDone)
        {
            if (invite is not null && made.Code is "not_found" or "registration_closed")
            {
                form.Fail(text["problem.invite"]);
            }
            else
            {
                FieldRules.Note(form, made, "name", text);
            }

            return made.Status;
        }

        return await EnterAsync(context, form);
    }

    /// <summary>Signs the new user in and sets the display name; the account is there whatever happens now.</summary>
    public async Task<int> EnterAsync(HttpContext context, FormState form)
    {
        if (await signIn.TryAsync(context, form["name"], form.Raw("password")) is not null)
        {
            // Too many passwords are being checked: the account is there, so the sign-in page is where to go on.
            return StatusCodes.Status303SeeOther;
        }

        if (form["title"].Length > 0)
        {
            await api.CallAsync(context, HttpMethods.Patch, "/v1/me", new JsonObject { ["title"] = form["title"] });
        }

        var hello = pages.TextOf(context).Format("register.hello", ("name", form["name"]));
        new Flash("info", hello).Write(context.Response);
        return StatusCodes.Status303SeeOther;
    }
}
