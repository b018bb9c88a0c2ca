using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Culvert.IntegrationTests.Chat;

/// <summary>An empty page of another origin, on the same machine.</summary>
internal sealed class ForeignPage : IDisposable
{
    private const string Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\nConnection: close\r\n\r\n"
        + "<!DOCTYPE html><title>x</title><p>evil";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    /// <param name="target">The server whose other name this page has: the origin differs, the site as well.</param>
    public ForeignPage(Uri target)
    {
        _listener.Start();
        Address = $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/";
        Assert.NotEqual("localhost", target.Host);
        _serving = ServeAsync();
    }

    public string Address { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var head = new byte[4096];
                await stream.ReadAtLeastAsync(head, 1, throwOnEndOfStream: false);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // Stopped, or the browser went away.
        }
    }
}
