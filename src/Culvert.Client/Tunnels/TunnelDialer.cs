using System.Text;
using Culvert.Client.Connecting;
using Culvert.Client.Messages;

namespace Culvert.Client.Tunnels;

/// <summary>Opens the WebSockets of one session. Thread-safe.</summary>
internal sealed class TunnelDialer
{
    private const string Subprotocol = "culvert.yamux.v0";
    private const string SessionHeader = "Culvert-Session";
    private const string DefaultPath = "/v1/tunnel";

    private readonly Uri _address;
    private readonly TunnelOptions _options;
    private readonly TunnelNames _names;
    private volatile bool _wasOpen;

    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    public TunnelDialer(Uri address, TunnelOptions options, TunnelNames names)
    {
        // Checked here; kept with the scheme that the user wrote, because errors show it.
        _ = WebSocketRequestHead.Normalize(address);
        _address = address.AbsolutePath == "/" ? new Uri(address, DefaultPath) : address;
        _options = options;
        _names = names;

        // A header that cannot be sent is the caller's mistake, and is told at once.
        _ = new WebSocketOpening(_address, Settings("", new ConnectAttempt(true, options)));
    }

    /// <summary>Opens one.</summary>
    /// <param name="session">The same for all carriers of a link.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TunnelException">It failed.</exception>
    public async Task<TunnelCarrier> OpenAsync(string session, CancellationToken cancellationToken)
    {
        var attempt = new ConnectAttempt(!_wasOpen, _options);
        if (_options.OnConnecting is { } prepare)
        {
            await prepare(attempt, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var opening = new WebSocketOpening(_address, Settings(session, attempt));
            var opened = await opening.RunAsync(cancellationToken).ConfigureAwait(false);
            _wasOpen = true;
            return new TunnelCarrier(new WebSocketCarrier(opened, _options), _names, _options);
        }
        catch (ConnectFailedException failure)
        {
            throw Explain(failure);
        }
    }

    private TunnelOptions Settings(string session, ConnectAttempt attempt) => _options with
    {
        Token = attempt.Token,
        Headers = [.. attempt.Headers, new(SessionHeader, session)],
        Subprotocols = [Subprotocol],
        RequireSubprotocol = true,
    };

    private static TunnelException Explain(ConnectFailedException failure)
    {
        var body = Encoding.UTF8.GetBytes(failure.BodyHead);
        var problem = ProblemReader.TryParse(body, failure.Status, failure.RetryAfter);
        var why = problem is null ? "" : $": {problem.Why}";
        var code = problem?.Code ?? (failure.Status == 0 ? TunnelException.NotConnected : TunnelException.Refused);
        return new TunnelException(TunnelStage.Connect, code, failure.Message + why, failure)
        {
            Status = failure.Status,
            RetryAfter = problem?.After ?? failure.RetryAfter,

            // 409: somebody else's session has the same number; the next one has another.
            MayPass = failure.MayPass || failure.Status == 409,
        };
    }
}
