using System.Net;
using System.Net.Sockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Tunnels.Targets;

/// <summary>Connects to hosts, where the rules allow it. Thread-safe.</summary>
internal sealed class TargetDialer(TargetRules rules, TunnelServerOptions options, TimeProvider time)
{
    /// <summary>Checks and connects, to an address that was checked.</summary>
    /// <param name="target">A host and a port.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; then the exception passes.</param>
    /// <returns>The connection, which is the caller's; or why there is none.</returns>
    public async Task<(Leg? Leg, StreamRefusal? Refusal)> DialAsync(
        TunnelTarget target, CancellationToken cancellationToken)
    {
        if (!rules.MayAllow(target))
        {
            return (null, StreamRefusal.NotAllowed(target.ToString()));
        }

        var endpoint = new Endpoint { Kind = EndpointKind.Tcp, Host = target.Host, Port = target.Port };
        var dialRules = new DialRules
        {
            ConnectTimeout = options.DialTimeout,
            MayConnect = address => rules.Allows(target, address),
        };
        try
        {
            var socket = await new Dialer(dialRules, time).DialAsync(endpoint, cancellationToken);
            return (new SocketLeg(socket, target.ToString(), time), null);
        }
        catch (EndpointException exception)
        {
            return (null, RefusalOf(target, exception));
        }
    }

    /// <summary>The same checks without a connection; null when the target may be connected to.</summary>
    public async Task<StreamRefusal?> CheckAsync(TunnelTarget target, CancellationToken cancellationToken)
    {
        if (!rules.MayAllow(target))
        {
            return StreamRefusal.NotAllowed(target.ToString());
        }

        using var limit = new CancellationTokenSource(options.DialTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var addresses = IPAddress.TryParse(target.Host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(target.Host, either.Token);
            return Array.Exists(addresses, address => rules.Allows(target, address))
                ? null
                : StreamRefusal.NotAllowed(target.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StreamRefusal.TimedOut($"{target.Host} could not be resolved in time");
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return StreamRefusal.Unreachable($"the host {target.Host} has no address", "dns_error");
        }
    }

    private static StreamRefusal RefusalOf(TunnelTarget target, EndpointException exception) =>
        exception.Failure switch
        {
            EndpointFailure.NotAllowed => StreamRefusal.NotAllowed(target.ToString()),
            EndpointFailure.CannotResolve => StreamRefusal.Unreachable(exception.Message, "dns_error"),
            EndpointFailure.Refused => StreamRefusal.Unreachable(exception.Message, "connection_refused"),
            EndpointFailure.TimedOut => StreamRefusal.TimedOut(exception.Message),
            _ => StreamRefusal.Unreachable(exception.Message),
        };
}
