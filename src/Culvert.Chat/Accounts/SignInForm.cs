using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Signs the browser of a request in. Safe for concurrent use.</summary>
internal sealed class SignInForm(SessionService sessions, Credentials credentials)
{
    /// <summary>
    /// Null when done: the answer sets the cookie, and the rest of the request is made as the user.
    /// </summary>
    public async Task<AccountRefusal?> TryAsync(HttpContext context, string name, string password)
    {
        var signedIn = await sessions.SignInAsync(
            new SignInRequest(
                name,
                password,
                context.Connection.RemoteIpAddress,
                context.Request.Headers.UserAgent.ToString(),
                SessionCookie.Read(context.Request)),
            context.RequestAborted);
        if (!signedIn.IsDone)
        {
            return signedIn.Refusal;
        }

        SessionCookie.Write(context, signedIn.Value.Secret, signedIn.Value.Lifetime);
        context.Features.Set(await credentials.FindSessionAsync(signedIn.Value.Secret, context.RequestAborted));
        return null;
    }
}
