using Culvert.Chat.Pages;
using Culvert.Chat.Texts;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Signing in and out by forms.</summary>
internal sealed class SignInPages(SignInForm signIn, SessionService sessions, PageWriter pages, FormGuard forms)
{
    /// <summary><c>GET /login</c>.</summary>
    public Task ShowAsync(HttpContext context)
    {
        if (CallerFeature.Of(context).Caller is { } caller)
        {
            return TurnAway(context, pages.TextOf(context), caller);
        }

        return WriteAsync(context, StatusCodes.Status200OK, new FormState(), context.Request.Query["next"].ToString());
    }

    /// <summary><c>POST /login</c>.</summary>
    public async Task SignInAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        if (await signIn.TryAsync(context, form["name"], form.Raw("password")) is { } refusal)
        {
            var text = pages.TextOf(context);
            form.Fail(Text.Fill(Wording.Of(text, refusal), ("name", form["name"])));
            if (refusal.After is { } after)
            {
                context.Response.Headers.RetryAfter = $"{Math.Ceiling(after.TotalSeconds)}";
            }

            await WriteAsync(context, refusal.Code.Status, form, form["next"]);
            return;
        }

        context.Response.Redirect(LocalPath.Of(form["next"], "/"));
    }

    /// <summary><c>POST /logout</c>.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is null)
        {
            return;
        }

        if (SessionCookie.Read(context.Request) is { } secret)
        {
            await sessions.SignOutAsync(secret, context.RequestAborted);
            SessionCookie.Delete(context);
        }

        new Flash("info", pages.TextOf(context)["login.out"]).Write(context.Response);
        context.Response.Redirect("/login");
    }

    /// <summary>For pages that are of no use to who is signed in: says so, and leads to the rooms.</summary>
    public static Task TurnAway(HttpContext context, Text text, Caller caller)
    {
        new Flash("info", text.Format("login.already", ("name", caller.Name))).Write(context.Response);
        context.Response.Redirect("/");
        return Task.CompletedTask;
    }

    private Task WriteAsync(HttpContext context, int status, FormState form, string next) =>
        pages.WriteAsync<LoginPage>(context, status, ("State", form), ("Next", next));
}
