using System.Net.Sockets;
using System.Text;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Pipes;

/// <summary>A server with a gateway at <c>/gw</c>, and raw clients of it.</summary>
internal static class GatewayRig
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<TestServer> StartAsync(PipeRouteOptions route) =>
        TestServer.StartAsync(options => options with
        {
            Pipes = new PipeOptions { Pipes = new Dictionary<string, PipeRouteOptions> { ["/gw"] = route } },
        });

    /// <summary>A client that has sent its handshake.</summary>
    public static async Task<RawPeer> AskAsync(TestServer server, params string[] headers)
    {
        var address = new Uri(server.Server.Addresses[0]);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, Cancel);
        var peer = new RawPeer(socket, masks: true);
        string[] lines =
        [
            "GET /gw HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers,
        ];
        await peer.SendAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        return peer;
    }

    /// <summary>A client that was let in, and with what headers.</summary>
    public static async Task<(RawPeer Peer, string Answer)> OpenAsync(TestServer server, params string[] headers)
    {
        var peer = await AskAsync(server, headers);
        var answer = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        return (peer, answer);
    }

    /// <summary>A client and the back end that it was joined to.</summary>
    public static async Task<(RawPeer Client, RawPeer BackEnd, string Answer, string Request)> JoinAsync(
        TestServer server, ScriptedBackEnd backEnd, string agreement = "", params string[] headers)
    {
        var client = await AskAsync(server, headers);
        var (peer, request) = await backEnd.AgreeAsync(agreement);
        var answer = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        return (client, peer, answer, request);
    }

    /// <summary>Nothing listens there.</summary>
    public static string NobodysTarget(string scheme)
    {
        using var backEnd = new ScriptedBackEnd();
        return $"{scheme}127.0.0.1:{backEnd.Port}";
    }
}
