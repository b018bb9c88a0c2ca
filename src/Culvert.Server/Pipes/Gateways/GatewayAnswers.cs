using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>What a client is told when no WebSocket comes about.</summary>
internal static class GatewayAnswers
{
    private const string ProxyStatus = "Proxy-Status";

    /// <summary>Longer texts of a back end are not repeated in a header, in characters.</summary>
    private const int MaxDetail = 200;

    /// <summary>The far end could not be reached, or did not agree.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="result">What happened.</param>
    /// <param name="passesRedirects">True to let the client be led on where the far end would.</param>
    public static Task WriteAsync(HttpContext context, DialResult result, bool passesRedirects)
    {
        if (result is { Failure: DialFailure.Declined, Status: >= 400 and < 500 }
            || (passesRedirects && Redirect.IsOne(result)))
        {
            return RepeatAsync(context, result);
        }

        if (result is { Failure: DialFailure.Declined, Status: 502 or 503 or 504 })
        {
            SetStatus(context, $"received-status={result.Status}", result.Why);
            CopyHeader(context, result, "Retry-After");
            var same = result.Status switch
            {
                502 => ErrorCode.BadGateway,
                503 => ErrorCode.Overloaded,
                _ => ErrorCode.GatewayTimeout,
            };
            return RefuseAsync(context, same, "The back end said so.");
        }

        SetStatus(context, $"error={ErrorOf(result)}", result.Why);
        var code = result.Failure switch
        {
            DialFailure.Timeout => ErrorCode.GatewayTimeout,
            DialFailure.Prohibited => ErrorCode.Forbidden,
            _ => ErrorCode.BadGateway,
        };
        return RefuseAsync(context, code, null);
    }

    /// <summary>What a client gets that was let in before: 1013 where it may help to come again.</summary>
    /// <param name="result">Null when everything behind the route is down.</param>
    public static Parting CloseFor(DialResult? result)
    {
        var mayPass = result is null
            or { Failure: DialFailure.Dns or DialFailure.Refused or DialFailure.Unreachable or DialFailure.Timeout }
            or { Failure: DialFailure.Closed }
            or { Failure: DialFailure.Declined, Status: 429 or 502 or 503 or 504 };
        return Parting.Close(
            mayPass ? CloseCode.TryAgainLater : CloseCode.InternalError,
            result is null ? "no back end is up" : $"no back end: {ErrorOf(result)}");
    }

    /// <summary>Nothing was dialled: the route is full, or everything behind it is down.</summary>
    public static Task WriteBusyAsync(HttpContext context, bool isFull)
    {
        SetStatus(
            context,
            isFull ? "error=connection_limit_reached" : "error=destination_unavailable",
            isFull ? "the route has all the sessions it may have" : "no back end is up");
        return RefuseAsync(context, ErrorCode.Overloaded, null, BackEnds.DownTime);
    }

    /// <summary>
    /// A refusal, and the end of the connection: what the client sent ahead is no request (RFC 9931).
    /// </summary>
    public static Task RefuseAsync(HttpContext context, ErrorCode code, string? why, TimeSpan? after = null)
    {
        EndConnection(context);
        return ProblemWriter.WriteAsync(context, code, why, after);
    }

    /// <summary>The back end's own refusal, word for word.</summary>
    private static async Task RepeatAsync(HttpContext context, DialResult result)
    {
        var response = context.Response;
        response.StatusCode = result.Status;
        EndConnection(context);
        SetStatus(context, $"received-status={result.Status}", result.Why);
        CopyHeader(context, result, "WWW-Authenticate");
        CopyHeader(context, result, "Retry-After");
        CopyHeader(context, result, "Content-Type");
        CopyHeader(context, result, "Location");
        response.ContentLength = result.Body.Length;
        await response.Body.WriteAsync(result.Body, context.RequestAborted);
    }

    /// <summary>Over HTTP/2 what was sent ahead belongs to the stream, and the connection serves others.</summary>
    private static void EndConnection(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    private static void CopyHeader(HttpContext context, DialResult result, string name)
    {
        var value = result.Headers.FirstOrDefault(header => header.Key == name).Value;
        if (value is not null)
        {
            context.Response.Headers[name] = value;
        }
    }

    /// <summary>RFC 9209 §2.</summary>
    private static void SetStatus(HttpContext context, string parameter, string why)
    {
        var detail = new string([.. why.Where(c => c is >= ' ' and <= '~' and not '"' and not '\\').Take(MaxDetail)]);
        context.Response.Headers[ProxyStatus] =
            string.Create(CultureInfo.InvariantCulture, $"culvert; {parameter}; details=\"{detail}\"");
    }

    private static string ErrorOf(DialResult result) => result.Failure switch
    {
        DialFailure.Dns => "dns_error",
        DialFailure.Refused => "connection_refused",
        DialFailure.Unreachable => "destination_unavailable",
        DialFailure.Tls => "tls_protocol_error",
        DialFailure.Timeout => "connection_timeout",
        DialFailure.Closed => "connection_terminated",
        DialFailure.Prohibited => "destination_ip_prohibited",
        DialFailure.Declined => $"http_upgrade_failed; received-status={result.Status}",
        _ => "http_protocol_error",
    };
}
