using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Connections;

/// <summary>
/// The opening handshake of a WebSocket as an HTTP request and its answer, and what comes after it.
/// </summary>
internal static class Upgrade
{
    /// <summary>Checks the handshake, and nothing else; null after a refusal was written.</summary>
    public static async ValueTask<HandshakeResult?> AgreeAsync(HttpContext context, HandshakeOptions options)
    {
        var handshake = Handshake.Accept(Read(context), options);
        if (handshake.IsAccepted)
        {
            return handshake;
        }

        await RefuseAsync(context, handshake);
        return null;
    }

    /// <summary>
    /// Runs the session of a connection that was upgraded. Where the connection has a socket of its own that is when
    /// the request has ended, so that an idle connection keeps nothing of HTTP: the task returned ends at once then,
    /// and the request is to end too.
    /// </summary>
    /// <param name="context">The request that was upgraded; the last that is done with it.</param>
    /// <param name="session">Must not hold on to the request.</param>
    public static Task RunAsync(HttpContext context, Func<Task> session)
    {
        // A stream of HTTP/2 has the features of its connection too, which it shares with others.
        if (!HttpProtocol.IsHttp11(context.Request.Protocol)
            || context.Features.Get<DirectConnection>() is not { Owner: { } owner })
        {
            return session();
        }

        owner.OutliveRequest(session);
        return Task.CompletedTask;
    }

    private static HandshakeRequest Read(HttpContext context)
    {
        var headers = context.Request.Headers;
        return new HandshakeRequest
        {
            Method = context.Request.Method,
            HttpProtocol = context.Request.Protocol,
            ExtendedProtocol = context.Features.Get<IHttpExtendedConnectFeature>()?.Protocol,
            Upgrade = headers.Upgrade,
            Connection = headers.Connection,
            Version = headers.SecWebSocketVersion,
            Key = headers.SecWebSocketKey,
            Subprotocols = headers.SecWebSocketProtocol,
            Extensions = headers.SecWebSocketExtensions,
        };
    }

    private static Task RefuseAsync(HttpContext context, HandshakeResult handshake)
    {
        foreach (var (name, value) in handshake.Headers)
        {
            context.Response.Headers[name] = value;
        }

        var code = handshake.Status switch
        {
            StatusCodes.Status426UpgradeRequired => ErrorCode.UpgradeRequired,
            StatusCodes.Status405MethodNotAllowed => ErrorCode.MethodNotAllowed,
            _ => ErrorCode.BadField,
        };
        return ProblemWriter.WriteAsync(context, code, handshake.Reason);
    }
}
