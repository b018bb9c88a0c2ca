using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>All that is checked before a WebSocket is accepted; refusals are HTTP answers, never a 101.</summary>
internal sealed class UpgradeGate(ConnectionLimits limits, OriginCheck origins, Draining draining)
{
    /// <summary>
    /// Checks the handshake, who is asking and where from, and counts the connection. Null after a refusal was written;
    /// otherwise <see cref="Leave"/> must follow.
    /// </summary>
    public async ValueTask<Admitted?> AdmitAsync(HttpContext context, IReadOnlyList<string> subprotocols)
    {
        var options = new HandshakeOptions { Subprotocols = subprotocols, Deflate = true };
        if (await Upgrade.AgreeAsync(context, options) is not { } handshake
            || await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
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

        return new Admitted(RoomGate.WithAddress(caller, context), handshake);
    }

    /// <summary>The connection is over.</summary>
    public void Leave(Caller caller) => limits.Exit(caller);
}
