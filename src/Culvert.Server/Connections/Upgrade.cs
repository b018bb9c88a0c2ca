using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Connections;

/// <summary>The opening handshake of a WebSocket as an HTTP request and its answer.</summary>
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
