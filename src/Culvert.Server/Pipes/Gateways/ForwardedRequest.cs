using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>What of a client's request a back end gets to see.</summary>
internal static class ForwardedRequest
{
    // Of the hop (RFC 9110 §7.6.1), of the handshake, of a body, or said anew by the gateway.
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Upgrade", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Content-Length", "Expect",
        "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "HTTP2-Settings", "Forwarded",
        "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Accept",
    };

    /// <param name="context">The request, its handshake checked.</param>
    /// <param name="options">What the route passes on.</param>
    public static DialRequest Of(HttpContext context, PipeRouteOptions options)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var opensMessages = options.Mode == PipeMode.Messages;
        return new DialRequest
        {
            Path = question < 0 ? target : target[..question],
            Query = question < 0 || question == target.Length - 1 ? "" : target[question..],
            Headers = HeadersOf(context, options),
            PrivateHeaders = [.. options.SetHeaders.Select(header => Split(header).Key)],
            Subprotocols = SubprotocolsOf(request, options),
            Extensions = opensMessages || options.AcceptFirst || request.Headers.SecWebSocketExtensions.Count == 0
                ? null
                : request.Headers.SecWebSocketExtensions.ToString(),
            Deflate = opensMessages && options.Compress is (PipeCompression.BackEnd or PipeCompression.Both),
            TakesBody = !options.AcceptFirst,
        };
    }

    /// <summary>In the client's order. Who is let in first is told one before the back end can choose.</summary>
    private static string[] SubprotocolsOf(HttpRequest request, PipeRouteOptions options)
    {
        var all = request.Headers.SecWebSocketProtocol.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var allowed = options.Subprotocols.Count > 0 ? [.. all.Where(options.Subprotocols.Contains)] : all;
        return !options.AcceptFirst ? allowed
            : options.Subprotocols.Count > 0 ? [.. allowed.Take(1)]
            : [];
    }

    private static List<KeyValuePair<string, string>> HeadersOf(HttpContext context, PipeRouteOptions options)
    {
        var http = context.Request;
        var set = options.SetHeaders.Select(Split).ToList();
        var named = http.Headers.Connection.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in http.Headers)
        {
            var isDropped = Dropped.Contains(name)
                || name.StartsWith(':')
                || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
                || named.Contains(name, StringComparer.OrdinalIgnoreCase)
                || set.Exists(one => one.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (!isDropped && Allowed(name, values.ToString(), options) is { } value)
            {
                headers.Add(new(name, value));
            }
        }

        headers.Add(new("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString() ?? "unknown"));
        headers.Add(new("X-Forwarded-Proto", http.Scheme));
        headers.Add(new("X-Forwarded-Host", http.Host.Value ?? ""));
        headers.AddRange(set);
        return headers;
    }

    /// <summary>The value to send; null for none.</summary>
    private static string? Allowed(string name, string value, PipeRouteOptions options)
    {
        if (name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
        {
            return options.PassCredentials && !options.Accounts ? value : null;
        }

        if (!name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        if (!options.PassCredentials)
        {
            return null;
        }

        var foreign = value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(cookie => !IsOwn(cookie.Split('=')[0].TrimEnd()));
        var kept = string.Join("; ", foreign);
        return kept.Length > 0 ? kept : null;
    }

    private static bool IsOwn(string cookie) => cookie is SessionCookie.Name or SessionCookie.SecureName;

    private static KeyValuePair<string, string> Split(string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        return new(header[..colon].Trim(), header[(colon + 1)..].Trim());
    }
}
