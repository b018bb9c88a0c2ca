using Culvert.Chat.Pages;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Signing in and out by forms.</summary>
internal sealed class SignInPages(SessionService sessions, PageWriter pages, FormGuard forms)
{
    private const string Home = "/chat/rooms";

    /// <summary><c>GET /login</c>.</summary>
    public Task ShowAsync(HttpContext context)
    {
        if (CallerFeature.Of(context).Caller is not null)
        {
            context.Response.Redirect(Home);
            return Task.CompletedTask;
        }

        return pages.WriteAsync<LoginPage>(
            context, StatusCodes.Status200OK, ("Next", context.Request.Query["next"].ToString()));
    }

    /// <summary><c>POST /login</c>.</summary>
    public async Task SignInAsync(HttpContext context)
    {
        if (await forms.ReadAsync(context) is not { } form)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var name = form["name"].ToString();
        var next = form["next"].ToString();
        var signedIn = await sessions.SignInAsync(
            new SignInRequest(
                name,
                form["password"].ToString(),
                context.Connection.RemoteIpAddress,
                context.Request.Headers.UserAgent.ToString(),
                SessionCookie.Read(context.Request)),
            context.RequestAborted);
        if (!signedIn.IsDone)
        {
            var refusal = signedIn.Refusal;
            await pages.WriteAsync<LoginPage>(
                context, refusal.Code.Status, ("Name", name), ("Next", next), ("Problem", refusal.Why));
            return;
        }

        SessionCookie.Write(context, signedIn.Value.Secret, signedIn.Value.Lifetime);
        context.Response.Redirect(IsLocal(next) ? next : Home);
    }

    /// <summary><c>POST /logout</c>.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        if (await forms.ReadAsync(context) is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (SessionCookie.Read(context.Request) is { } secret)
        {
            await sessions.SignOutAsync(secret, context.RequestAborted);
            SessionCookie.Delete(context);
        }

        context.Response.Redirect("/login");
    }

    /// <summary>A path of this server: nobody is sent elsewhere by a link to the sign-in page.</summary>
    private static bool IsLocal(string path) =>
        path is ['/', not ('/' or '\\'), ..] or "/" && !path.AsSpan().ContainsAny('\r', '\n', '\t');
}
