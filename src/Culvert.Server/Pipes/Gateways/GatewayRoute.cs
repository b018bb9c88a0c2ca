using System.Net;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>A path, what is behind it, and how many sessions it has.</summary>
internal sealed class GatewayRoute
{
    private int _sessions;

    /// <exception cref="ArgumentException">A target cannot be dialled, or does not go with the others.</exception>
    public GatewayRoute(string path, PipeRouteOptions options, TimeProvider time, SocketLoops? loops = null)
    {
        Path = path;
        Options = options;
        var networks = options.AllowNetworks.Select(IPNetwork.Parse).ToArray();
        var rules = new DialRules
        {
            Subprotocols = options.Subprotocols,
            ConnectTimeout = options.ConnectTimeout,
            HandshakeTimeout = options.ConnectTimeout,
            MaxRedirects = options.MaxRedirects,
            MayConnect = networks.Length == 0 ? null : address => IsIn(networks, address),
        };
        Endpoint[] ends = [.. options.Targets.Select(Parse)];
        IsBytes = ends.Any(end => end.Kind != EndpointKind.WebSocket);
        if (IsBytes && ends.Any(end => end.Kind == EndpointKind.WebSocket))
        {
            throw new ArgumentException("The targets of a route all are WebSockets or all are not.", nameof(options));
        }

        BackEnds = new BackEnds([.. ends.Select(end => new EndpointTarget(end, rules, time, loops))], time);
        Handshake = new HandshakeOptions
        {
            Deflate = !IsBytes
                && options is { Mode: PipeMode.Messages, Compress: PipeCompression.Client or PipeCompression.Both },
        };
    }

    public string Path { get; }

    public PipeRouteOptions Options { get; }

    public BackEnds BackEnds { get; }

    /// <summary>True when there are no messages behind it.</summary>
    public bool IsBytes { get; }

    /// <summary>What is agreed on with clients alone.</summary>
    public HandshakeOptions Handshake { get; }

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

    /// <summary>Whether a gateway can dial an end of this kind.</summary>
    public static bool CanDial(EndpointKind kind) => kind is EndpointKind.WebSocket or EndpointKind.Tcp
        or EndpointKind.Unix or EndpointKind.Exec or EndpointKind.Discard;

    /// <summary>What the relay is told of a session.</summary>
    /// <param name="client">What was agreed on with the client alone.</param>
    /// <param name="dialled">What was agreed on with the back end.</param>
    public RelayRules Rules(HandshakeResult client, DialResult dialled) => new()
    {
        PingInterval = Options.PingInterval,
        PongTimeout = Options.PongTimeout,
        Idle = Options.Idle,
        StallTimeout = Options.StallTimeout,
        StallCode = Options.StallClose == StallClose.TryAgainLater
            ? CloseCode.TryAgainLater
            : CloseCode.PolicyViolation,
        MaxLifetime = Options.MaxLifetime,
        MaxFrameBytes = Options.MaxFrameBytes,
        MaxMessageBytes = Options.MaxMessageBytes,
        MessagesPerSecond = Options.MaxMessagesPerSecond,
        OpensMessages = Options.Mode == PipeMode.Messages,
        Types = Options.Types,
        FirstDeflates = client.Deflate,
        SecondDeflates = dialled.Deflate,
        Extensions = dialled.Extensions,
        HalfClose = Options.HalfClose,
        FirstAbortsOnLoss = Options.AbortOnClientLoss,
        SplitsLargeFrames = Options.SplitLargeFrames,
        ChunkBytes = Options.ChunkBytes,
        Framing = Options.Framing,
        Text = Options.Text,
    };

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(networks, network => network.Contains(plain));
    }

    private static Endpoint Parse(string target)
    {
        var end = EndpointParser.Parse(target, out var error) ?? throw new ArgumentException(error, nameof(target));
        return CanDial(end.Kind)
            ? end
            : throw new ArgumentException($"{end.Name} cannot be dialled.", nameof(target));
    }
}
