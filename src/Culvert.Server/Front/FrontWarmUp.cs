using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Culvert.Server.Front;

/// <summary>
/// Has the front answer some hundred requests of its own, on a port that nobody knows, before it opens the real one:
/// the first user does not wait for the compiler. Nothing of it is logged or stays.
/// </summary>
internal sealed class FrontWarmUp(FrontServer server)
{
    private const int Clients = 4;
    private const int RequestsOfEach = 100;

    /// <summary>What no site has. The root may be the application's, which does not listen here.</summary>
    private const string Nothing = "/culvert-warm-up";

    /// <summary>However slow the machine is, the port must not stay closed for longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(120);

    /// <summary>Does not throw for what goes wrong: the server works without.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await using var listener = FrontListener.Bind(server, new IPEndPoint(IPAddress.Loopback, 0));
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(listener.EndPoint, limit.Token)));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>In turn what <c>ab</c>, a browser and a script ask, each on a connection of its own.</summary>
    private async Task AskAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var path = server.Answers.Routes.Owns("/"u8) ? Nothing : "/";
        var requests = new[]
        {
            $"GET {path} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: a\r\nAccept: */*\r\n\r\n",
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip, br\r\n\r\n",
            $"HEAD {path} HTTP/1.0\r\nHost: localhost\r\nIf-None-Match: \"a\"\r\n\r\n",
            $"GET {Nothing} HTTP/1.0\r\nHost: localhost\r\n\r\n",
        }.Select(Encoding.ASCII.GetBytes).ToArray();
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < RequestsOfEach; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, cancellationToken);
            await socket.SendAsync(requests[i % requests.Length], cancellationToken);
            while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
            {
                // To its end: only then is the whole path run.
            }
        }
    }
}
