using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>The front door: what this is for strangers, the last room for those who are signed in.</summary>
internal sealed class HomePages(
    PageWriter pages, JoinedRooms rooms, SetupService setup, AccountOptions accounts, ServerOptions options)
{
    private const string LastRoomCookie = "culvert_room";

    private static readonly CookieOptions Kept = new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = TimeSpan.FromDays(30),
    };

    /// <summary>Notes the room that is open, so that the front door leads there next time.</summary>
    public static void Remember(HttpContext context, string room)
    {
        if (context.Request.Cookies[LastRoomCookie] != room)
        {
            context.Response.Cookies.Append(LastRoomCookie, room, Kept);
        }
    }

    /// <summary><c>GET /</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (CallerFeature.Of(context).Caller is not { } caller)
        {
            // A demonstration has users to sign in as; its page says which, and that there is no owner yet.
            var needsOwner = await setup.IsNeededAsync(context.RequestAborted);
            if (needsOwner && !options.Demo)
            {
                context.Response.Redirect("/setup");
                return;
            }

            await pages.WriteAsync<IndexPage>(
                context,
                StatusCodes.Status200OK,
                ("MayRegister", accounts.Registration == RegistrationPolicy.Open),
                ("NeedsOwner", needsOwner),
                ("Demo", options.Demo ? string.Join(", ", DemoAccounts.Names) : null));
            return;
        }

        var joined = await rooms.OfAsync(caller, context.RequestAborted);
        var last = context.Request.Cookies[LastRoomCookie];
        context.Response.Redirect(
            joined.FirstOrDefault(room => room.Name == last) is { } room ? PageContext.PathOf(room) : "/chat/rooms");
    }

    /// <summary><c>GET /robots.txt</c>: nothing here is for search engines.</summary>
    public static Task RobotsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("User-agent: *\nDisallow: /\n", context.RequestAborted);
    }
}
