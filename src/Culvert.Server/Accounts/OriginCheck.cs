using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Accounts;

/// <summary>
/// Tells whether a request that a browser signed with a cookie was meant by the page it comes from. Immutable.
/// </summary>
/// <remarks>
/// A cookie is sent by whichever page starts the request; a bearer token or a ticket only by who knows it. So only
/// cookies are checked. The scheme is not compared with the request's: behind a proxy that ends TLS without saying so
/// it would always differ, and who can change a plain page of the same host has the cookie's host anyway.
/// </remarks>
internal sealed class OriginCheck
{
    private readonly HashSet<string> _allowed;

    public OriginCheck(AccountOptions options)
    {
        _allowed = options.AllowedOrigins.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Call before accepting a WebSocket. True unless a cookie says who the caller is and the page is a foreign one:
    /// browsers do not apply the same-origin rule to WebSockets. Without an Origin there is no way to tell, so false.
    /// </summary>
    public bool AllowsUpgrade(HttpContext context) =>
        CallerFeature.Of(context).Caller is not { ByCookie: true } || AllowsOrigin(context.Request, needed: true);

    /// <summary>Asked by <see cref="Authentication"/> for each request that a cookie authenticated.</summary>
    public bool AllowsUnsafe(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site switch
        {
            "same-origin" or "none" => true,
            "" => AllowsOrigin(request, needed: true),
            _ => IsListed(request.Headers.Origin.ToString()),
        };
    }

    /// <summary>
    /// For what sets a cookie: no page of another site may sign a browser in. Who is no browser sends neither header.
    /// </summary>
    public bool AllowsSignIn(HttpRequest request) =>
        request.Headers.ContainsKey("Sec-Fetch-Site")
            ? AllowsUnsafe(request)
            : AllowsOrigin(request, needed: false);

    private bool AllowsOrigin(HttpRequest request, bool needed)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0)
        {
            return IsListed(origin) || IsSameHost(origin, request.Host);
        }

        var referer = request.Headers[HeaderNames.Referer].ToString();
        return referer.Length > 0 ? IsSameHost(referer, request.Host) : !needed;
    }

    private bool IsListed(string origin) => origin.Length > 0 && _allowed.Contains(origin);

    // Also refuses "null", which sandboxed frames and data: pages send.
    private static bool IsSameHost(string origin, HostString host)
    {
        if (!host.HasValue
            || !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || !(uri.Scheme is "http" or "https"))
        {
            return false;
        }

        var hostPort = host.Port ?? (uri.Scheme == "https" ? 443 : 80);
        return uri.Port == hostPort && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
