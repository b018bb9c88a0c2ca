using System.Net;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Tunnels;

/// <summary>
/// The way from a local port through the real <c>culvert tunnel</c> and the real <c>culvert serve</c> to a port where
/// the test itself listens, so that it holds both ends of each connection.
/// </summary>
internal sealed class TunnelPath : IAsyncDisposable
{
    private const string Forwarding = "forwarding ";

    private readonly TestDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private CulvertProcess? _server;
    private ChildProcess? _tunnel;
    private IPEndPoint _entry = new(IPAddress.Loopback, 0);

    private TunnelPath()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
    }

    public static async Task<TunnelPath> StartAsync()
    {
        var path = new TunnelPath();
        try
        {
            await path.StartProcessesAsync();
            return path;
        }
        catch
        {
            await path.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only connects; who accepts may get another one's connection.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(_entry, Bounded.Cancelled).AsTask().Within(30);
        return near;
    }

    /// <summary>The end at the target of one of those that connected.</summary>
    public Task<Socket> AcceptAsync() => _listener.AcceptAsync(Bounded.Cancelled).AsTask().Within(60);

    /// <summary>Both ends of one connection. Call when no other is being opened.</summary>
    public async Task<(Socket Near, Socket Far)> OpenAsync()
    {
        var near = await ConnectAsync();
        return (near, await AcceptAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_tunnel is not null)
        {
            await _tunnel.DisposeAsync();
            CulvertProcess.MustHaveNoStackTrace(_tunnel);
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _listener.Dispose();
        _directory.Dispose();
    }

    private async Task StartProcessesAsync()
    {
        // Bound, so it has one.
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        var settings = _directory.File("culvert.json");
        await File.WriteAllTextAsync(
            settings, """{ "tunnels": { "allow": ["127.0.0.1:*"] } }""", Bounded.Cancelled);
        _server = await CulvertProcess.StartOnAsync(_directory.File("data"), "--config", settings);
        _tunnel = ChildProcess.Start(
            Programs.Culvert,
            ["tunnel", $"{_server.Address}", "--data", _server.Data, "-L", $"127.0.0.1:0:127.0.0.1:{port}"]);
        var line = await _tunnel.Output
            .FirstAsync(line => line.StartsWith(Forwarding, StringComparison.Ordinal))
            .Within(30);
        _entry = IPEndPoint.Parse(line.Split(' ')[1]);
    }
}
