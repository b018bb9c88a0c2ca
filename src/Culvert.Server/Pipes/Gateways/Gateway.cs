using System.Collections.Concurrent;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>
/// Joins clients to back ends: dials first and answers the client's handshake only after the back end's, so that a
/// back end that is not there is an HTTP error and not a WebSocket that breaks.
/// </summary>
internal sealed partial class Gateway : IDisposable
{
    private readonly RelayTable _relays;
    private readonly GatewayMetrics _metrics;
    private readonly OriginCheck _origins;
    private readonly Draining _draining;
    private readonly IDisposable _revocations;
    private readonly ILogger<Gateway> _logger;

    /// <summary>Sessions on routes for users, with whom they are for.</summary>
    private readonly ConcurrentDictionary<Relay, Caller> _callers = new();

    public Gateway(
        RelayTable relays,
        GatewayMetrics metrics,
        OriginCheck origins,
        Draining draining,
        Revocations revocations,
        ILogger<Gateway> logger)
    {
        _relays = relays;
        _metrics = metrics;
        _origins = origins;
        _draining = draining;
        _logger = logger;
        _revocations = revocations.Subscribe(OnRevoked);
    }

    /// <summary>Handles a request to a route's path.</summary>
    public async Task HandleAsync(HttpContext context, GatewayRoute route)
    {
        if (await AdmitAsync(context, route) is not { } handshake)
        {
            return;
        }

        if (!route.TryEnter())
        {
            await GatewayAnswers.WriteBusyAsync(context, isFull: true);
            return;
        }

        Func<Task>? session = null;
        try
        {
            session = await DialAsync(context, route, handshake);
        }
        finally
        {
            if (session is null)
            {
                route.Leave();
            }
        }

        if (session is not null)
        {
            await Upgrade.RunAsync(context, session);
        }
    }

    public void Dispose() => _revocations.Dispose();

    /// <summary>Everything that can be decided without a back end. Null after a refusal was written.</summary>
    private async ValueTask<HandshakeResult?> AdmitAsync(HttpContext context, GatewayRoute route)
    {
        if (_draining.IsDraining)
        {
            await GatewayAnswers.RefuseAsync(context, ErrorCode.Draining, null, BackEnds.DownTime);
            return null;
        }

        if (await Upgrade.AgreeAsync(context, route.Handshake) is not { } handshake)
        {
            return null;
        }

        if (route.Options.Accounts && await CallerGate.RequireAsync(context, Scopes.Read) is null)
        {
            return null;
        }

        var origin = context.Request.Headers.Origin.ToString();
        var isForeign = origin.Length > 0 && route.Options.Origins.Count > 0
            && !route.Options.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
        if (isForeign || (route.Options.Accounts && !_origins.AllowsUpgrade(context)))
        {
            await GatewayAnswers.RefuseAsync(context, ErrorCode.OriginRefused, null);
            return null;
        }

        if (route.Options.HalfClose && origin.Length > 0)
        {
            await GatewayAnswers.RefuseAsync(
                context, ErrorCode.OriginRefused, "This path is for programs: pages cannot half-close.");
            return null;
        }

        return handshake;
    }

    /// <summary>
    /// Tries back ends, one after the other, until one of them answers anything. The session when the client was joined
    /// to one: it leaves the route and the back end.
    /// </summary>
    private async Task<Func<Task>?> DialAsync(HttpContext context, GatewayRoute route, HandshakeResult handshake)
    {
        var request = ForwardedRequest.Of(context, route.Options);
        Leg? client = null;
        if (route.Options.AcceptFirst)
        {
            var agreed = new DialResult { Subprotocol = request.Subprotocols is [var one, ..] ? one : null };
            client = await TryAcceptAsync(context, handshake, agreed);
            if (client is null)
            {
                return null;
            }
        }

        var tried = new List<BackEnd>();
        DialResult? result = null;
        while (route.BackEnds.Enter(tried) is { } backEnd)
        {
            tried.Add(backEnd);
            Func<Task>? session = null;
            try
            {
                result = await backEnd.Target.DialAsync(request, context.RequestAborted);
                var isUp = result.Failure is DialFailure.None or DialFailure.Declined;
                route.BackEnds.Report(backEnd, isUp);
                if (result.Leg is { } leg)
                {
                    session = await JoinAsync(context, route, handshake, result, client, (backEnd, leg));
                    return session;
                }

                _metrics.Fail(route.Path, result.Failure);
                Log.NotOpened(_logger, route.Path, backEnd.Target.Name, result.Failure, result.Why);
                if (isUp)
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client has gone; nobody waits for an answer.
                return null;
            }
            finally
            {
                if (session is null)
                {
                    route.BackEnds.Leave(backEnd);
                }
            }
        }

        await (client is not null ? PartAsync(client, GatewayAnswers.CloseFor(result))
            : result is null ? GatewayAnswers.WriteBusyAsync(context, isFull: false)
            : GatewayAnswers.WriteAsync(context, result, route.Options.PassRedirects));
        return null;
    }

    /// <summary>The session; null when the client has gone.</summary>

    /// <param name="context">The client's request.</param>
    /// <param name="route">What it asked for.</param>
    /// <param name="handshake">What is agreed on with the client alone.</param>
    /// <param name="dialled">What is agreed on with the back end.</param>
    /// <param name="accepted">The client, when it was let in first.</param>
    /// <param name="found">The back end.</param>
    private async Task<Func<Task>?> JoinAsync(
        HttpContext context,
        GatewayRoute route,
        HandshakeResult handshake,
        DialResult dialled,
        Leg? accepted,
        (BackEnd Place, Leg Leg) found)
    {
        var (place, backEnd) = found;
        var client = accepted ?? await TryAcceptAsync(context, handshake, dialled);
        if (client is null)
        {
            await PartAsync(backEnd, Parting.Close(CloseCode.GoingAway, "client gone"));
            return null;
        }

        if (route.Options.Mode == PipeMode.Transparent)
        {
            client = new WebSocketLeg(client, LegKind.Bytes);
            backEnd = new WebSocketLeg(backEnd, LegKind.Bytes);
        }

        var relay = new Relay(_relays, client, backEnd, route.Rules(handshake, dialled));
        var caller = route.Options.Accounts ? CallerFeature.Of(context).Caller : null;
        return () => ServeAsync(route, place, relay, caller);
    }

    private async Task ServeAsync(GatewayRoute route, BackEnd backEnd, Relay relay, Caller? caller)
    {
        try
        {
            await RelayAsync(route, relay, caller);
        }
        finally
        {
            route.BackEnds.Leave(backEnd);
            route.Leave();
        }
    }

    /// <summary>Ends a leg that has no other to go with.</summary>
    private async Task PartAsync(Leg leg, Parting close)
    {
        if (leg.Kind == LegKind.Bytes)
        {
            leg.Abort();
        }
        else
        {
            using var limit = new CancellationTokenSource(new RelayRules().CloseTimeout, _relays.Time);
            try
            {
                await leg.Output.WriteAsync(Parting.Frame(leg.Kind, Opcode.Close, close.Payload.Span), limit.Token);
                await leg.FinishAsync();
                while (await leg.Input.ReadAsync(limit.Token) is { IsCompleted: false } read)
                {
                    leg.Input.AdvanceTo(read.Buffer.End);
                }
            }
            catch (OperationCanceledException)
            {
                leg.Abort();
            }
        }

        await leg.DisposeAsync();
    }

    private async Task RelayAsync(GatewayRoute route, Relay relay, Caller? caller)
    {
        var target = relay.There.To.Name;
        RelayEnd? end = null;
        _metrics.Begin(route.Path);
        try
        {
            if (caller is not null)
            {
                _callers[relay] = caller;
            }

            end = await relay.RunAsync();
        }
        finally
        {
            _callers.TryRemove(relay, out _);
            _metrics.End(route.Path, end);
        }

        Log.Ended(
            _logger,
            route.Path,
            target,
            end.By,
            end.Reason,
            CodesOf(relay, end),
            end.MessagesThere,
            end.BytesThere,
            end.MessagesBack,
            end.BytesBack,
            (long)end.Duration.TotalMilliseconds);
    }

    /// <summary>What was really said: bytes end without a code.</summary>
    private static string CodesOf(Relay relay, RelayEnd end)
    {
        var client = relay.There.From.Kind == LegKind.Bytes ? "" : $"client closed with {end.FirstCode}";
        var backEnd = relay.Back.From.Kind == LegKind.Bytes ? "" : $", back end with {end.SecondCode}";
        var late = end.CloseTimedOut ? "the other end did not answer in time; " : "";
        return client.Length == 0 ? late : $"{client}{backEnd}; {late}";
    }

    /// <summary>
    /// Answers the client's handshake with what the back end agreed to; null when the client went at the last moment.
    /// </summary>
    private static async Task<Leg?> TryAcceptAsync(HttpContext context, HandshakeResult handshake, DialResult dialled)
    {
        var headers = context.Response.Headers;
        foreach (var (name, value) in handshake.Headers)
        {
            headers[name] = value;
        }

        if (dialled.Subprotocol is { } subprotocol)
        {
            headers.SecWebSocketProtocol = subprotocol;
        }

        if (dialled.Extensions is { } extensions)
        {
            headers.SecWebSocketExtensions = extensions;
        }

        var features = context.Features;
        try
        {
            if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } extended)
            {
                return new AcceptedStreamLeg(context, await extended.AcceptAsync());
            }

            await features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            return new AcceptedLeg(
                features.GetRequiredFeature<IConnectionSocketFeature>().Socket,
                features.GetRequiredFeature<DirectConnection>(),
                "client");
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            return null;
        }
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
                        Parting.Close(CloseCode.GoingAway, "the client's sign-in has ended")),
                    relay,
                    preferLocal: false);
            }
        }
    }
}
