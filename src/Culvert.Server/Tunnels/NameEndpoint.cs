using System.Collections.Concurrent;
using System.Net.Sockets;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Names;
using Culvert.Server.Tunnels.Streams;
using Culvert.Server.Tunnels.Targets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Tunnels;

/// <summary>
/// Answers <c>GET /t/{name}</c>: any WebSocket client reaches a name, its messages as bytes. The agent is asked first,
/// so that a target that is not there is an HTTP error and not a WebSocket that breaks.
/// </summary>
internal sealed class NameEndpoint : IDisposable
{
    private readonly NameDialer _dialer;
    private readonly NameTable _names;
    private readonly NameRights _rights;
    private readonly StreamRelays _relays;
    private readonly RelayTable _table;
    private readonly OriginCheck _origins;
    private readonly Draining _draining;
    private readonly TunnelServerOptions _options;
    private readonly PipeOptions _pipes;
    private readonly IDisposable _revocations;

    /// <summary>Sessions of users that are known, with whom they are for.</summary>
    private readonly ConcurrentDictionary<Relay, Caller> _callers = new();

    public NameEndpoint(
        NameDialer dialer,
        NameTable names,
        NameRights rights,
        StreamRelays relays,
        RelayTable table,
        OriginCheck origins,
        Draining draining,
        Revocations revocations,
        TunnelServerOptions options,
        PipeOptions pipes)
    {
        _dialer = dialer;
        _names = names;
        _rights = rights;
        _relays = relays;
        _table = table;
        _origins = origins;
        _draining = draining;
        _options = options;
        _pipes = pipes;
        _revocations = revocations.Subscribe(OnRevoked);
    }

    /// <summary>Handles a request for a name.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        if (await AdmitAsync(context, name) is not { } admitted)
        {
            return;
        }

        var asker = new StreamAsker(CallerFeature.Of(context).Caller?.Name, context.Connection.RemoteIpAddress);
        NameOpening opening;
        try
        {
            opening = await _dialer.OpenAsync(name, asker, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody waits for an answer.
            return;
        }

        if (opening is not { Leg: { } leg, Agent: { } agent })
        {
            // There is a leg or a refusal.
            var refusal = opening.Refusal!;
            _relays.Refuse(asker, name, refusal);
            context.Response.Headers["Proxy-Status"] = refusal.ProxyStatus;
            await RefuseAsync(context, refusal.Code, refusal.Why, refusal.After);
            return;
        }

        Relay? relay = null;
        try
        {
            relay = await JoinAsync(context, admitted, leg);
        }
        finally
        {
            if (relay is null)
            {
                _names.Leave(agent);
            }
        }

        if (relay is not null)
        {
            var caller = CallerFeature.Of(context).Caller;
            await Upgrade.RunAsync(context, () => ServeAsync(asker, caller, agent, leg.Name, relay));
        }
    }

    public void Dispose() => _revocations.Dispose();

    /// <summary>Everything that can be decided without an agent. Null after a refusal was written.</summary>
    private async ValueTask<(HandshakeResult Handshake, RelayRules Rules)?> AdmitAsync(HttpContext context, string name)
    {
        if (_draining.IsDraining)
        {
            await RefuseAsync(context, ErrorCode.Draining, null, TimeSpan.FromSeconds(2));
            return null;
        }

        if (await Upgrade.AgreeAsync(context, new HandshakeOptions()) is not { } handshake)
        {
            return null;
        }

        if (!_rights.IsPublic(name))
        {
            if (await CallerGate.RequireAsync(context, Scopes.Connect) is null)
            {
                return null;
            }

            if (!_origins.AllowsUpgrade(context))
            {
                await RefuseAsync(context, ErrorCode.OriginRefused, null);
                return null;
            }
        }

        var (refusal, why) =
            !TunnelTarget.IsValidName(name) ? (ErrorCode.InvalidName, null)
            : !HttpProtocol.IsHttp11(context.Request.Protocol) || context.Features.Get<DirectConnection>() is null
                ? (ErrorCode.BadField, "A name is reached over HTTP/1.1.")
            : RulesOf(context.Request.Query) is null
                ? (ErrorCode.BadField, "framing is raw, line or length; text is true or false.")
            : ((ErrorCode?)null, (string?)null);
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal, why);
            return null;
        }

        // Looked at above.
        return (handshake, RulesOf(context.Request.Query)!);
    }

    /// <summary>Null when the client has gone.</summary>
    private async Task<Relay?> JoinAsync(
        HttpContext context, (HandshakeResult Handshake, RelayRules Rules) admitted, Leg target)
    {
        if (await AcceptAsync(context, admitted.Handshake) is not { } client)
        {
            // Gone at the last moment.
            target.Abort();
            await target.DisposeAsync();
            return null;
        }

        return new Relay(_table, client, target, admitted.Rules);
    }

    private async Task ServeAsync(
        StreamAsker asker, Caller? caller, Registration agent, string target, Relay relay)
    {
        try
        {
            if (caller is not null)
            {
                _callers[relay] = caller;
            }

            await _relays.RunAsync(asker, target, relay);
        }
        finally
        {
            _callers.TryRemove(relay, out _);
            _names.Leave(agent);
        }
    }

    private static async Task<Leg?> AcceptAsync(HttpContext context, HandshakeResult handshake)
    {
        foreach (var (name, value) in handshake.Headers)
        {
            context.Response.Headers[name] = value;
        }

        var connection = context.Features.GetRequiredFeature<DirectConnection>();
        Socket socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        try
        {
            await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            return new AcceptedLeg(socket, connection, "client");
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            return null;
        }
    }

    /// <summary>How messages become bytes; null for a query that says something else.</summary>
    private RelayRules? RulesOf(IQueryCollection query)
    {
        Framing? framing = query["framing"].ToString() switch
        {
            "" or "raw" => Framing.Raw,
            "line" => Framing.Line,
            "length" => Framing.Length,
            _ => null,
        };
        bool? text = query["text"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => null,
        };
        return framing is null || text is null ? null : new RelayRules
        {
            SecondName = "target",
            Framing = framing.Value,
            Text = text.Value,
            Idle = _options.Idle,
            MaxMessageBytes = _pipes.MaxMessageBytes,
        };
    }

    /// <summary>A refusal, and the end of the connection: what the client sent ahead is no request.</summary>
    private static Task RefuseAsync(HttpContext context, ErrorCode code, string? why, TimeSpan? after = null)
    {
        context.Response.Headers.Connection = "close";
        return ProblemWriter.WriteAsync(context, code, why, after);
    }

    /// <summary>Runs where the change was made, which it must not hold up.</summary>
    private void OnRevoked(Revocation revocation)
    {
        foreach (var (relay, caller) in _callers)
        {
            if (revocation.Ends(caller))
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    static ended => ended.End(
                        RelayReason.AuthExpired,
                        Parting.Close(CloseCode.PolicyViolation, "the sign-in has ended"),
                        Parting.Finish),
                    relay,
                    preferLocal: false);
            }
        }
    }
}
