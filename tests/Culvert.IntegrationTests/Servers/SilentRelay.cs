using System.Net;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>Passes TCP on to a server, until it swallows everything: no byte, no end, no reset comes through.</summary>
internal sealed class SilentRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly HashSet<Socket> _silent = [];
    private readonly Task _accepting;
    private volatile Uri _server;

    public SilentRelay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Where later connections go; a server that is not there resets them.</summary>
    public Uri Server
    {
        set => _server = value;
    }

    /// <summary>Swallows what is sent on the connections of now; later ones are as good as new.</summary>
    public void Swallow()
    {
        lock (_lock)
        {
            _silent.UnionWith(_sockets);
        }
    }

    /// <summary>The network is back: connections that nobody answered any more are found to be dead.</summary>
    public void Return()
    {
        lock (_lock)
        {
            foreach (var socket in _silent)
            {
                socket.Close(0);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        lock (_lock)
        {
            _sockets.ForEach(static socket => socket.Dispose());
        }

        await _accepting.Within(20);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                lock (_lock)
                {
                    _sockets.AddRange([near, far]);
                }

                if (!await TryConnectAsync(far))
                {
                    near.Close(0);
                    continue;
                }

                running.Add(PassAsync(near, far));
                running.Add(PassAsync(far, near));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task<bool> TryConnectAsync(Socket far)
    {
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None) is var count and > 0)
            {
                if (!IsSilent(from))
                {
                    await to.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side has gone; the other hears nothing of it when this relay is silent.
        }

        if (!IsSilent(from))
        {
            to.Dispose();
        }
    }

    private bool IsSilent(Socket socket)
    {
        lock (_lock)
        {
            return _silent.Contains(socket);
        }
    }
}
