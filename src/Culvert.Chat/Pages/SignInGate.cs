using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>Lets a request for a page pass only if somebody signed in makes it.</summary>
internal static class SignInGate
{
    /// <summary>
    /// The caller; or null, and the request is answered: a stranger is sent to the sign-in and comes back afterwards.
    /// </summary>
    public static Caller? Require(HttpContext context, PageWriter pages)
    {
        if (CallerFeature.Of(context).Caller is { } caller)
        {
            return caller;
        }

        new Flash("info", pages.TextOf(context)["login.first"]).Write(context.Response);

        // What was posted is lost anyway, and its address may not be one to open.
        var request = context.Request;
        var next = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : "";
        context.Response.Redirect(next.Length == 0 ? "/login" : $"/login?next={Uri.EscapeDataString(next)}");
        return null;
    }

    /// <summary>The caller if it owns the server; or null, and the request is answered.</summary>
    public static Caller? RequireOwner(HttpContext context, PageWriter pages)
    {
        var caller = Require(context, pages);
        if (caller is null || CallerGate.IsOwner(caller))
        {
            return caller;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return null;
    }
}
