using Culvert.Server.Connections;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>The far end of a route, opened anew for each client.</summary>
internal sealed class EndpointTarget(
    Endpoint endpoint, DialRules rules, TimeProvider time, SocketLoops? loops = null) : IPipeTarget
{
    private readonly Connector _connector = new(rules, time, loops);

    public string Name => endpoint.Name;

    public async ValueTask<DialResult> DialAsync(DialRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return endpoint.Kind == EndpointKind.WebSocket
                ? await _connector.OpenAsync(endpoint, request, cancellationToken)
                : new DialResult
                {
                    Leg = await _connector.OpenAsync(endpoint, cancellationToken),

                    // Bytes agree to nothing themselves, so the route speaks for them.
                    Subprotocol = request.Subprotocols.FirstOrDefault(rules.Subprotocols.Contains),
                };
        }
        catch (EndpointException exception)
        {
            return DialResult.Fail(FailureOf(exception.Failure), exception.Message);
        }
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
