using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Making an account by a form: by the open policy or with an invitation.</summary>
internal sealed class RegisterPages(
    PageApi api,
    SignInForm signIn,
    PageWriter pages,
    FormGuard forms,
    InviteService invites,
    AccountOptions options)
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
    public async Task ShowInviteAsync(HttpContext context)
    {
        if (await invites.FindAsync(TokenOf(context), context.RequestAborted) is null)
        {
            await RefuseInviteAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        if (CallerFeature.Of(context).Caller is null)
        {
            await pages.WriteAsync<RegisterPage>(
                context, StatusCodes.Status200OK, ("IsInvited", true), ("Action", context.Request.Path.Value));
            return;
        }

        var text = pages.TextOf(context);
        await pages.WriteAsync<NoticePage>(
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

        var token = TokenOf(context);
        var room = (await invites.FindAsync(token, context.RequestAborted))?.Invite.Room;
        if (CallerFeature.Of(context).Caller is null)
        {
            var status = await RegisterAsync(context, form, token);
            if (status != StatusCodes.Status303SeeOther)
            {
                await pages.WriteAsync<RegisterPage>(
                    context, status, ("State", form), ("IsInvited", true), ("Action", context.Request.Path.Value));
                return;
            }
        }
        else
        {
            var taken = await api.CallAsync(
                context, HttpMethods.Post, "/v1/invites/accept", new JsonObject { ["token"] = token });
            if (!taken.IsDone)
            {
                await RefuseInviteAsync(context, taken.Status);
                return;
            }
        }

        context.Response.Redirect(room is null ? "/" : PageContext.PathOf(room));
    }

    private static string TokenOf(HttpContext context) => (string?)context.Request.RouteValues["token"] ?? "";

    private Task RefuseInviteAsync(HttpContext context, int status)
    {
        var text = pages.TextOf(context);
        return pages.WriteAsync<NoticePage>(
            context,
            status,
            ("Heading", text["join.title"]),
            ("Message", text["problem.link_invalid"]),
            ("LinkText", text["error.home"]));
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
            FieldRules.Note(form, made, "name", text);
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
