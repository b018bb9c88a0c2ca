using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Culvert.IntegrationTests.Servers;

/// <summary>An HTTP proxy that knows nothing but CONNECT, and asks for a user and a password.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public ConnectProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>With the user and the password.</summary>
    public Uri Address => new($"http://user:pass@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What it was asked to connect to.</summary>
    public ConcurrentQueue<string> Targets { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.WaitAsync(TimeSpan.FromSeconds(20));
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(20));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var near = client.GetStream();
                var head = "";
                var buffer = new byte[1];
                while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)
                    && await near.ReadAsync(buffer, _stop.Token) == 1)
                {
                    head += (char)buffer[0];
                }

                var target = head.Split(' ')[1];
                Targets.Enqueue(target);
                var isKnown = head.Contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n", StringComparison.Ordinal);
                var answer = isKnown ? "200 OK\r\n\r\n" : "407 No\r\nContent-Length: 8\r\n\r\nwho?\r\n\r\n";
                using var server = new TcpClient();
                await server.ConnectAsync(IPEndPoint.Parse(target), _stop.Token);
                await near.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}"), _stop.Token);
                var far = server.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // One of the two left.
            }
        }
    }
}
