using System.Buffers;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels;

/// <summary>Answers <c>GET /v1/tunnel</c>: lets agents in and runs their carriers.</summary>
internal sealed partial class TunnelEndpoint : IDisposable
{
    /// <summary>The subprotocol of a carrier: yamux v0 in binary messages.</summary>
    public const string Subprotocol = "culvert.yamux.v0";

    /// <summary>The header with the session's id.</summary>
    public const string SessionHeader = "Culvert-Session";

    private const int SessionIdLength = 32;

    /// <summary>Streams over the limit that are answered with 429 and not with a reset.</summary>
    private const int StreamsOverLimit = 64;

    private static readonly TimeSpan BusyRetry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DrainRetry = TimeSpan.FromSeconds(2);

    private static readonly HandshakeOptions Handshake = new() { Subprotocols = [Subprotocol] };

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly AgentTable _agents;
    private readonly AgentStreams _streams;
    private readonly TunnelMetrics _metrics;
    private readonly OriginCheck _origins;
    private readonly Draining _draining;
    private readonly TunnelServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TunnelEndpoint> _logger;
    private readonly IDisposable _revocations;
    private readonly MuxSessionOptions _muxOptions;

    public TunnelEndpoint(
        AgentTable agents,
        AgentStreams streams,
        TunnelMetrics metrics,
        OriginCheck origins,
        Draining draining,
        Revocations revocations,
        TunnelServerOptions options,
        WindowReserve reserve,
        TimeProvider time,
        ILogger<TunnelEndpoint> logger)
    {
        _agents = agents;
        _streams = streams;
        _metrics = metrics;
        _origins = origins;
        _draining = draining;
        _options = options;
        _time = time;
        _logger = logger;
        _revocations = revocations.Subscribe(OnRevoked);
        _muxOptions = new MuxSessionOptions
        {
            TimeProvider = time,
            Limits = new MultiplexerOptions
            {
                MaxStreams = options.MaxStreams + StreamsOverLimit,
                MaxStreamWindow = options.MaxStreamWindow,
                SessionBudget = options.SessionBudget,
                Reserve = reserve,
            },
        };
    }

    /// <summary>Handles a request for a carrier.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (await AdmitAsync(context) is not { } admitted)
        {
            return;
        }

        var id = context.Request.Headers[SessionHeader].ToString();
        if (_agents.Enter(id, admitted.Caller, out var refusal, out var why) is not { } session)
        {
            // One of the two is there.
            await ProblemWriter.WriteAsync(context, refusal!, why, refusal!.Retry ? BusyRetry : null);
            return;
        }

        var hasLeft = false;
        try
        {
            var connection = await WebSocketConnection.AcceptAsync(context, admitted.Handshake, _time);
            var wire = new WebSocketCarrier(connection, _options, _time);
            var mux = new MuxSession(wire, MuxRole.Server, _muxOptions);
            var address = context.Connection.RemoteIpAddress;
            var carrier = new AgentCarrier(session, admitted.Caller, address, wire, mux);
            var startedAt = _time.GetTimestamp();
            var (streams, end) = await RunAsync(carrier);
            hasLeft = true;
            var isLast = _agents.Leave(session);
            if (!wire.IsAborted)
            {
                await connection.EndAsync(Task.CompletedTask);
            }

            await streams;
            if (isLast)
            {
                LogEnd(carrier, end, startedAt);
            }
        }
        finally
        {
            if (!hasLeft)
            {
                _agents.Leave(session);
            }
        }
    }

    public void Dispose() => _revocations.Dispose();

    /// <summary>All that is checked before the upgrade. Null after a refusal was written.</summary>
    private async ValueTask<(Caller Caller, HandshakeResult Handshake)?> AdmitAsync(HttpContext context)
    {
        if (_draining.IsDraining)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.Draining, null, DrainRetry);
            return null;
        }

        if (await Upgrade.AgreeAsync(context, Handshake) is not { } handshake
            || await CallerGate.RequireAsync(context, Scopes.None) is not { } caller)
        {
            return null;
        }

        var id = context.Request.Headers[SessionHeader].ToString();
        var (refusal, why) =
            caller.ByCookie || (caller.Scopes & (Scopes.Connect | Scopes.Listen)) == 0
                ? (ErrorCode.Forbidden, "This needs a token with the scope connect or listen.")
            : !_origins.AllowsSignIn(context.Request) ? (ErrorCode.OriginRefused, null)
            : handshake.Subprotocol != Subprotocol
                ? (ErrorCode.BadField, $"Ask for the subprotocol {Subprotocol}.")
            : id.Length != SessionIdLength || id.AsSpan().ContainsAnyExcept(Hex)
                ? (ErrorCode.BadField, $"The header {SessionHeader} has {SessionIdLength} hexadecimal digits.")
            : ((ErrorCode?)null, (string?)null);
        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(context, refusal, why);
            return null;
        }

        return (caller, handshake);
    }

    /// <summary>Runs a carrier to its end: how that was, and its streams, which end soon after.</summary>
    private async Task<(Task Streams, WebSocketEnd End)> RunAsync(AgentCarrier carrier)
    {
        carrier.Session.Add(carrier);
        _metrics.BeginCarrier();
        if (_draining.IsDraining)
        {
            // It came in after all were told.
            carrier.End(CloseCode.ServiceRestart, "restarting");
        }

        var streams = _streams.RunAsync(carrier);
        var ended = await carrier.Mux.RunAsync(CancellationToken.None);
        carrier.Session.Remove(carrier);
        var end = ended.Kind switch
        {
            // Whichever Close was faster: this is what ended it.
            MuxSessionEndKind.ProtocolError => new WebSocketEnd(CloseCode.ProtocolError, ended.Why),
            MuxSessionEndKind.Faulted => new WebSocketEnd(CloseCode.InternalError, ended.Why),
            _ => carrier.Wire.End,
        };
        if (ended.Kind == MuxSessionEndKind.Faulted)
        {
            Log.Failed(_logger, carrier.Caller.Name, ended.Error);
        }

        var figures = carrier.Mux.Figures;
        carrier.Session.Figures.Add(figures);
        _metrics.EndCarrier(end.Code, figures);
        return (streams, end);
    }

    private void LogEnd(AgentCarrier carrier, WebSocketEnd end, long startedAt)
    {
        var figures = carrier.Session.Figures;
        Log.Ended(
            _logger,
            carrier.Session.User,
            carrier.Address,
            end.Code,
            end.Why,
            figures.StreamsIn,
            figures.StreamsOut,
            figures.ReceivedBytes,
            figures.SentBytes,
            (long?)figures.RoundTrip?.TotalMilliseconds ?? 0,
            (long)_time.GetElapsedTime(startedAt).TotalMilliseconds);
    }

    /// <summary>Runs where the change was made, which it does not hold up: nothing here waits.</summary>
    private void OnRevoked(Revocation revocation)
    {
        // After a change of role the token is as good as before; the agent comes back with what it is worth now.
        var isRole = revocation.Reason == RevocationReason.RoleChanged;
        _agents.EndWhere(
            carrier => revocation.Ends(carrier.Caller),
            isRole ? CloseCode.ServiceRestart : CloseCode.PolicyViolation,
            isRole ? "the user's role has changed" : "the token has ended");
    }
}
