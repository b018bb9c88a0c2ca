using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>A WebSocket server as the far end of a route, dialled anew for each client.</summary>
internal sealed class EndpointTarget(Endpoint endpoint, DialRules rules, TimeProvider time) : IPipeTarget
{
    private readonly Dialer _dialer = new(rules, time);

    public string Name => endpoint.Name;

    public async ValueTask<DialResult> DialAsync(DialRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var socket = await _dialer.DialAsync(endpoint, cancellationToken);
            Leg carrier = endpoint.IsSecure
                ? await TlsLeg.OpenAsync(socket, endpoint, rules, time, cancellationToken)
                : new SocketLeg(socket, endpoint.Name, time);
            return await ShakeAsync(carrier, request, cancellationToken);
        }
        catch (EndpointException exception)
        {
            return DialResult.Fail(FailureOf(exception.Failure), exception.Message);
        }
    }

    private async ValueTask<DialResult> ShakeAsync(
        Leg carrier, DialRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(rules.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DialResult? result = null;
        try
        {
            result = await BackEndHandshake.RunAsync(carrier, endpoint, request, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = DialResult.Fail(DialFailure.Timeout, $"{Name} did not answer the handshake in time");
        }
        finally
        {
            if (result?.Leg is null)
            {
                carrier.Abort();
                await carrier.DisposeAsync();
            }
        }

        return result;
    }

    private static DialFailure FailureOf(EndpointFailure failure) => failure switch
    {
        EndpointFailure.CannotResolve => DialFailure.Dns,
        EndpointFailure.NotAllowed => DialFailure.Prohibited,
        EndpointFailure.Refused => DialFailure.Refused,
        EndpointFailure.TimedOut => DialFailure.Timeout,
        EndpointFailure.NotTrusted or EndpointFailure.TlsFailed => DialFailure.Tls,
        _ => DialFailure.Unreachable,
    };
}
