using System.Net.Sockets;
using System.Text;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Opens the ends of pipes that do not listen. Thread-safe.</summary>
/// <param name="rules">What may be opened, and in which time.</param>
/// <param name="time">Measures that.</param>
/// <param name="loops">Wait for TCP connections without TLS; null for .NET's sockets.</param>
internal sealed class Connector(DialRules rules, TimeProvider time, SocketLoops? loops = null)
{
    private readonly Dialer _dialer = new(rules, time, loops);

    /// <summary>Opens an end of any kind but stdio and the listening ones.</summary>
    /// <param name="endpoint">The end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointException">It cannot be opened.</exception>
    public async Task<Leg> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        switch (endpoint.Kind)
        {
            case EndpointKind.Tcp:
                return new SocketLeg(await _dialer.DialAsync(endpoint, cancellationToken), endpoint.Name, time, loops);
            case EndpointKind.Unix:
                return new SocketLeg(await DialUnixAsync(endpoint, cancellationToken), endpoint.Name, time);
            case EndpointKind.WebSocket:
                var result = await OpenAsync(endpoint, RequestOf(endpoint), cancellationToken);
                return result.Leg ?? throw new EndpointException(FailureOf(result), result.Why)
                {
                    Status = result.Status,
                };
            case EndpointKind.Exec:
                return ExecLeg.Start(endpoint, time);
            case EndpointKind.Echo:
                return new LoopLeg(echoes: true);
            case EndpointKind.Discard:
                return new LoopLeg(echoes: false);
            default:
                throw new ArgumentException($"{endpoint.Kind} is opened elsewhere.", nameof(endpoint));
        }
    }

    /// <summary>
    /// Opens a WebSocket in the name of somebody else, where the rules say so also one that the server leads to. To be
    /// refused in HTTP is a result.
    /// </summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="request">What to ask it for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointException">There is no connection to shake hands over.</exception>
    public async ValueTask<DialResult> OpenAsync(
        Endpoint endpoint, DialRequest request, CancellationToken cancellationToken)
    {
        for (var left = rules.MaxRedirects; ; left--)
        {
            var result = await ShakeAsync(endpoint, request, cancellationToken);
            if (rules.MaxRedirects == 0 || !Redirect.IsOne(result))
            {
                return result;
            }

            var location = result.Headers.FirstOrDefault(header => header.Key == "Location").Value;
            var why = "once more than is followed";
            var next = left == 0 ? null : Redirect.Follow(endpoint, request, location, out why);
            if (next is null)
            {
                return result with { Why = $"{endpoint.Name} answered {result.Status} {why}" };
            }

            (endpoint, request) = next.Value;
        }
    }

    private async ValueTask<DialResult> ShakeAsync(
        Endpoint endpoint, DialRequest request, CancellationToken cancellationToken)
    {
        var socket = await _dialer.DialAsync(endpoint, cancellationToken);
        Leg carrier = endpoint.IsSecure
            ? await TlsLeg.OpenAsync(socket, endpoint, rules, time, cancellationToken)
            : new SocketLeg(socket, endpoint.Name, time, loops);
        return await WebSocketDialer.OpenAsync(carrier, endpoint, request, rules, time, cancellationToken);
    }

    private DialRequest RequestOf(Endpoint endpoint) => new()
    {
        Path = endpoint.Path,
        Subprotocols = rules.Subprotocols,
        PrivateHeaders = [.. rules.Headers.Select(header => header.Key)],
        Headers =
        [
            .. rules.Origin is { } origin ? (KeyValuePair<string, string>[])[new("Origin", origin)] : [],

            // Headers are written byte by byte, and what was typed is UTF-8.
            .. rules.Headers.Select(header => KeyValuePair.Create(
                header.Key, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(header.Value)))),
        ],
    };

    private static EndpointFailure FailureOf(DialResult result) => result.Failure switch
    {
        DialFailure.Declined => EndpointFailure.HandshakeRefused,
        DialFailure.Timeout => EndpointFailure.TimedOut,
        _ => EndpointFailure.HandshakeInvalid,
    };

    private async Task<Socket> DialUnixAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var limit = new CancellationTokenSource(rules.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await SocketConnect.RunAsync(socket, new UnixDomainSocketEndPoint(endpoint.Path), null, either.Token);
            return socket;
        }
        catch (OperationCanceledException exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new EndpointException(EndpointFailure.TimedOut, $"{endpoint.Name} did not answer", exception);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw exception.SocketErrorCode == SocketError.ConnectionRefused
                ? new EndpointException(
                    EndpointFailure.Refused, $"{endpoint.Name} refused the connection: nobody listens there", exception)
                : new EndpointException(
                    EndpointFailure.Unreachable, $"{endpoint.Name} cannot be reached: {exception.Message}", exception);
        }
    }
}
