using System.Net;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>A path, what is behind it, and how many sessions it has.</summary>
internal sealed class GatewayRoute
{
    private int _sessions;

    public GatewayRoute(string path, PipeRouteOptions options, TimeProvider time)
    {
        Path = path;
        Options = options;
        var networks = options.AllowNetworks.Select(IPNetwork.Parse).ToArray();
        var rules = new DialRules
        {
            ConnectTimeout = options.ConnectTimeout,
            HandshakeTimeout = options.ConnectTimeout,
            MayConnect = networks.Length == 0 ? null : address => IsIn(networks, address),
        };
        BackEnds = new BackEnds(
            [.. options.Targets.Select(target => new EndpointTarget(Parse(target), rules, time))], time);
    }

    public string Path { get; }

    public PipeRouteOptions Options { get; }

    public BackEnds BackEnds { get; }

    /// <summary>
    /// False when the route has all the sessions it may have; otherwise <see cref="Leave"/> must follow.
    /// </summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _sessions) <= Options.MaxSessions)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _sessions);

    /// <summary>What the relay is told of a session with these extensions.</summary>
    public RelayRules Rules(string? extensions) => new()
    {
        PingInterval = Options.PingInterval,
        PongTimeout = Options.PongTimeout,
        Idle = Options.Idle,
        StallTimeout = Options.StallTimeout,
        MaxLifetime = Options.MaxLifetime,
        MaxFrameBytes = Options.MaxFrameBytes,
        MaxMessageBytes = Options.MaxMessageBytes,
        MessagesPerSecond = Options.MaxMessagesPerSecond,
        Extensions = extensions,
    };

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(networks, network => network.Contains(plain));
    }

    private static Endpoint Parse(string target) =>
        EndpointParser.Parse(target, out var error) ?? throw new ArgumentException(error, nameof(target));
}
