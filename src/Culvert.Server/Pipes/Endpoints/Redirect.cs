namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Where a server sends who asked it for a WebSocket (RFC 9110 §15.4), and with what.</summary>
internal static class Redirect
{
    /// <summary>Belong to the server that they were meant for.</summary>
    private static readonly string[] Credentials = ["Authorization", "Cookie"];

    /// <summary>Whether an answer leads somewhere else.</summary>
    public static bool IsOne(DialResult result) =>
        result is { Failure: DialFailure.Declined, Status: 301 or 302 or 303 or 307 or 308 };

    /// <summary>
    /// The next server and what to ask it for: another origin gets no credentials and none of the headers that were
    /// set for the first, and TLS is never given up.
    /// </summary>
    /// <param name="from">Who answered.</param>
    /// <param name="request">What it was asked for.</param>
    /// <param name="location">Its Location; null for none.</param>
    /// <param name="why">Why it is not followed; empty when it is.</param>
    public static (Endpoint Endpoint, DialRequest Request)? Follow(
        Endpoint from, DialRequest request, string? location, out string why)
    {
        why = "and leads nowhere";
        var start = $"{(from.IsSecure ? "wss" : "ws")}://{from.Authority}{WebSocketDialer.Target(from, request)}";
        if (location is null || !Uri.TryCreate(new Uri(start), location, out var to))
        {
            return null;
        }

        var scheme = to.Scheme switch { "ws" or "http" => "ws", "wss" or "https" => "wss", _ => null };
        if (scheme is null || to.UserInfo.Length > 0)
        {
            return null;
        }

        if (from.IsSecure && scheme == "ws")
        {
            why = "and leads to a server without TLS, which is not followed";
            return null;
        }

        var next = EndpointParser.Parse($"{scheme}://{AuthorityOf(to)}{to.PathAndQuery}", out _);
        if (next is null)
        {
            return null;
        }

        why = "";
        var isSame = next.IsSecure == from.IsSecure && next.Port == from.Port
            && next.Host.Equals(from.Host, StringComparison.OrdinalIgnoreCase);
        return (
            next with { Credentials = isSame ? from.Credentials : null },
            request with
            {
                Path = next.Path,
                Query = "",
                Headers = isSame
                    ? request.Headers
                    : [.. request.Headers.Where(header => !IsPrivate(request, header.Key))],
            });
    }

    private static string AuthorityOf(Uri uri) =>
        uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}";

    private static bool IsPrivate(DialRequest request, string name) =>
        Credentials.Concat(request.PrivateHeaders).Contains(name, StringComparer.OrdinalIgnoreCase);
}
