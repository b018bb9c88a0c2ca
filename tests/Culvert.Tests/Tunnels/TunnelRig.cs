using System.Net;
using System.Net.Sockets;
using Culvert.Server.Tunnels;
using Culvert.Tests.Hosting;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Tunnels;

/// <summary>A server that lets tunnels through to one target of this machine, and to every name.</summary>
internal sealed class TunnelRig : IAsyncDisposable
{
    private readonly TcpListener _target;

    private TunnelRig(TestServer server, TcpListener target)
    {
        Server = server;
        _target = target;
        Port = ((IPEndPoint)target.LocalEndpoint).Port;
    }

    public TestServer Server { get; }

    /// <summary>The target as a request has it.</summary>
    public string Target => $"127.0.0.1:{Port}";

    public int Port { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="allow">Entries of the list, <c>PORT</c> standing for the target's; default the target.</param>
    /// <param name="configure">Changes the options.</param>
    public static async Task<TunnelRig> StartAsync(
        string allow = "127.0.0.1:PORT", Func<TunnelServerOptions, TunnelServerOptions>? configure = null)
    {
        var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var port = ((IPEndPoint)target.LocalEndpoint).Port;
        var entry = allow.Replace("PORT", $"{port}", StringComparison.Ordinal);
        var options = new TunnelServerOptions { Allow = ["name:*", entry] };
        var server = await TestServer.StartAsync(
            all => all with { Tunnels = configure?.Invoke(options) ?? options });
        return new TunnelRig(server, target);
    }

    /// <summary>The next connection to the target.</summary>
    public async Task<RawPeer> AcceptAsync()
    {
        var socket = await _target.AcceptSocketAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        socket.NoDelay = true;
        return new RawPeer(socket, masks: false);
    }

    /// <summary>Nobody listens there any more.</summary>
    public void StopTarget() => _target.Stop();

    public Task<TestAgent> ConnectAsync(string? token = null, string? session = null) =>
        TestAgent.ConnectAsync(Server, token, session);

    /// <summary>A token of a user, who is made for it.</summary>
    public async Task<string> UserAsync(string name, params string[] scopes)
    {
        await Server.CreateUserAsync(name);
        return await Server.MintAsync(
            new { name = "agent", scopes }, cookie: await Server.SignInAsync(name));
    }

    public ValueTask DisposeAsync()
    {
        _target.Dispose();
        return Server.DisposeAsync();
    }
}
