using System.Net;
using System.Net.Sockets;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>Passes TCP on to a server, until the test breaks what is there or lets it fall silent.</summary>
internal sealed class CutRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly HashSet<Socket> _silent = [];
    private readonly Uri _server;
    private readonly Task _accepting;

    public CutRelay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Breaks every connection with a reset.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _sockets.ForEach(Reset);
            _sockets.Clear();
        }
    }

    /// <summary>Passes no byte of these connections any more; later ones are as good as new.</summary>
    public void Silence()
    {
        lock (_lock)
        {
            _silent.UnionWith(_sockets);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting.WaitAsync(TimeSpan.FromSeconds(60));
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
                await far.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                lock (_lock)
                {
                    _sockets.AddRange([near, far]);
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

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (!IsSilent(from))
            {
                Reset(to);
            }
        }
    }

    private bool IsSilent(Socket socket)
    {
        lock (_lock)
        {
            return _silent.Contains(socket);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Close(0);
    }
}
