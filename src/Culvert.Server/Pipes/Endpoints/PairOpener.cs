using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>
/// Opens the two ends of one session. A WebSocket client is let in only when the other end is there (101 after that),
/// and gets 502 when it is not.
/// </summary>
internal sealed class PairOpener(PipePlan plan, Func<Leg> openStdio, Action<string> say, TimeProvider time)
{
    /// <summary>Opens both; on failure neither stays open.</summary>
    /// <param name="a">What was accepted for the first end; null when it does not listen.</param>
    /// <param name="b">What was accepted for the second end; null when it does not listen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointException">An end cannot be opened.</exception>
    /// <exception cref="ClientRefusedException">A client asked for something else than a WebSocket.</exception>
    public async Task<(Leg First, Leg Second)> OpenAsync(Socket? a, Socket? b, CancellationToken cancellationToken)
    {
        Leg? first = a is null ? null : new SocketLeg(a, plan.First.Name, time);
        Leg? second = b is null ? null : new SocketLeg(b, plan.Second.Name, time);
        WebSocketRequest? firstAsks = null;
        WebSocketRequest? secondAsks = null;
        try
        {
            firstAsks = await AskAsync(plan.First, first, cancellationToken);
            secondAsks = await AskAsync(plan.Second, second, cancellationToken);

            // A program is not started, and input not taken, for a connection that does not come about.
            if (IsLocal(plan.First))
            {
                second ??= await DialAsync(plan.Second, firstAsks, cancellationToken);
            }

            first ??= await DialAsync(plan.First, secondAsks, cancellationToken);
            second ??= await DialAsync(plan.Second, firstAsks, cancellationToken);
            return (
                await LetInAsync(firstAsks, first, second, cancellationToken),
                await LetInAsync(secondAsks, second, first, cancellationToken));
        }
        catch (Exception exception) when (
            exception is EndpointException or ClientRefusedException or OperationCanceledException)
        {
            await RefuseAsync(plan.First, firstAsks, first);
            await RefuseAsync(plan.Second, secondAsks, second);
            throw;
        }
    }

    private static bool IsLocal(Endpoint endpoint) => endpoint.Kind is EndpointKind.Stdio or EndpointKind.Exec;

    private async Task<Leg> DialAsync(Endpoint endpoint, WebSocketRequest? asks, CancellationToken cancellationToken)
    {
        if (endpoint.Kind == EndpointKind.Stdio)
        {
            return openStdio();
        }

        var rules = asks is null || plan.Rules.Subprotocols.Count > 0
            ? plan.Rules
            : plan.Rules with { Subprotocols = asks.Subprotocols };
        return await new Connector(rules, time).OpenAsync(endpoint, cancellationToken);
    }

    private async Task<WebSocketRequest?> AskAsync(Endpoint endpoint, Leg? leg, CancellationToken cancellationToken)
    {
        if (endpoint.Kind != EndpointKind.WebSocketListen || leg is null)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(plan.Rules.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await WebSocketRequest.ReadAsync(leg, endpoint, plan.AllowedOrigins, either.Token)
                ?? throw new ClientRefusedException($"{endpoint.Name}: a client asked for something else; refused");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClientRefusedException($"{endpoint.Name}: a client sent no handshake in time; refused");
        }
    }

    private async Task<Leg> LetInAsync(WebSocketRequest? asks, Leg leg, Leg other, CancellationToken cancellationToken)
    {
        if (asks is null)
        {
            return leg;
        }

        var subprotocol = other is WebSocketLeg { Kind: LegKind.WebSocketClient } far
            ? far.Subprotocol
            : asks.Subprotocols.FirstOrDefault(plan.Rules.Subprotocols.Contains);
        if (subprotocol is not null && !asks.Subprotocols.Contains(subprotocol))
        {
            say($"{other.Name} speaks {subprotocol}, which the client did not ask for");
        }

        return await asks.AcceptAsync(subprotocol, cancellationToken);
    }

    private async Task RefuseAsync(Endpoint endpoint, WebSocketRequest? asks, Leg? leg)
    {
        if (leg is null)
        {
            return;
        }

        if (asks is not null)
        {
            using var limit = new CancellationTokenSource(SocketLeg.Linger, time);
            await asks.RefuseAsync(502, "The far end cannot be reached.", limit.Token);
        }
        else if (endpoint.Kind != EndpointKind.WebSocketListen)
        {
            // Nobody shall take this for a proper end. A client that was refused in words has its answer instead.
            leg.Abort();
        }

        await leg.DisposeAsync();
    }
}
