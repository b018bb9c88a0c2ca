using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Transports;

/// <summary>Everything that is checked before a WebSocket is accepted; refusals are HTTP answers, never a 101.</summary>
internal sealed class UpgradeGate(ConnectionLimits limits, OriginCheck origins, Draining draining)
{
    /// <summary>
    /// Checks the handshake, who is asking and where from, and counts the connection. Null after a refusal was written;
    /// otherwise <see cref="Leave"/> must follow.
    /// </summary>
    public async ValueTask<Admitted?> AdmitAsync(HttpContext context, IReadOnlyList<string> subprotocols)
    {
        var handshake = Handshake.Accept(Read(context), new HandshakeOptions { Subprotocols = subprotocols, Deflate = true });
        if (!handshake.IsAccepted)
        {
            await RefuseAsync(context, handshake);
            return null;
        }

        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return null;
        }

        var refusal = draining.IsDraining ? ErrorCode.Draining
            : !origins.AllowsUpgrade(context) ? ErrorCode.OriginRefused
            : !limits.TryEnter(caller) ? ErrorCode.TooManyConnections
            : null;
        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(context, refusal);
            return null;
        }

        return new Admitted(caller, handshake);
    }

    /// <summary>The connection is over.</summary>
    public void Leave(Caller caller) => limits.Exit(caller);

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
