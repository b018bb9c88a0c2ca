using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>The cookie that carries a session's secret.</summary>
internal static class SessionCookie
{
    public const string Name = "culvert_session";

    /// <summary>
    /// Under HTTPS the browser itself then guarantees that no other host and no plain connection set the cookie.
    /// </summary>
    public const string SecureName = "__Host-" + Name;

    public static string? Read(HttpRequest request) => request.Cookies[request.IsHttps ? SecureName : Name];

    /// <param name="context">The request that is answered.</param>
    /// <param name="secret">The session's secret.</param>
    /// <param name="lifetime">How long the browser should keep it; the server decides again at every use.</param>
    public static void Write(HttpContext context, string secret, TimeSpan lifetime)
    {
        var https = context.Request.IsHttps;
        context.Response.Cookies.Append(https ? SecureName : Name, secret, Options(https, lifetime));
    }

    public static void Delete(HttpContext context)
    {
        var https = context.Request.IsHttps;
        context.Response.Cookies.Delete(https ? SecureName : Name, Options(https, lifetime: null));
    }

    private static CookieOptions Options(bool https, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Secure = https,
        MaxAge = lifetime,
    };
}
