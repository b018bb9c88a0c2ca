using System.Net;
using System.Net.Sockets;
using Culvert.Client.Tunnels;
using Culvert.Server.Tunnels;
using Culvert.Tests.Pipes;
using Culvert.Tests.Tunnels;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>A real server, and sessions to it through a relay that can be cut.</summary>
internal sealed class TunnelPair : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<TunnelSession> _sessions = [];

    private TunnelPair(TunnelRig rig)
    {
        Rig = rig;
        Relay = new CutRelay(Direct);
    }

    public TunnelRig Rig { get; }

    public CutRelay Relay { get; }

    public Uri Direct => new(Rig.Server.Server.Addresses[0]);

    public TunnelOptions Options => new() { Token = Rig.Server.OwnerToken, Random = static () => 0 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TunnelPair> StartAsync(
        Func<TunnelServerOptions, TunnelServerOptions>? configure = null) =>
        new(await TunnelRig.StartAsync(configure: configure));

    /// <summary>A session, disposed of with the pair.</summary>
    public async Task<TunnelSession> ConnectAsync(
        TunnelOptions? options = null, StateLog? log = null, bool throughRelay = false)
    {
        var address = throughRelay ? Relay.Address : Direct;
        Action<TunnelStateChange>? onChange = log is null ? null : log.Add;
        var session = await TunnelSession.ConnectAsync(address, options ?? Options, onChange, Cancel)
            .AsTask().WaitAsync(Limit, Cancel);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A stream of another session.</summary>
    public async Task<DuplexStream> OpenFromAsync(string target)
    {
        var session = await ConnectAsync();
        return await session.OpenAsync(target, Cancel).AsTask().WaitAsync(Limit, Cancel);
    }

    /// <summary>A connection to where a forward listens, made even where its reset is on the way already.</summary>
    public static RawPeer Dial(TunnelForward forward)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Assert.NotNull(forward.LocalEndPoint);

        // Without waiting: on the way to a waiting one a reset would be a failed connection.
        socket.Connect(forward.LocalEndPoint);
        return new RawPeer(socket, masks: false);
    }

    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync().AsTask().WaitAsync(Limit);
        }

        await Relay.DisposeAsync();
        await Rig.DisposeAsync();
    }
}
