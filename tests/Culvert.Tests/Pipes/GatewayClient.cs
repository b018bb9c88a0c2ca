using System.Net.Sockets;
using System.Text;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Pipes;

/// <summary>A server with a route at <c>/gw</c>, and raw clients of it.</summary>
internal static class GatewayClient
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<TestServer> StartAsync(string target) =>
        StartAsync(new PipeRouteOptions { Targets = [target] });

    public static Task<TestServer> StartAsync(PipeRouteOptions route) => TestServer.StartAsync(options => options with
    {
        Pipes = new PipeOptions { Pipes = new Dictionary<string, PipeRouteOptions> { ["/gw"] = route } },
    });

    /// <summary>Sends a handshake, and does not wait for the answer.</summary>
    public static async Task<RawPeer> OpenAsync(TestServer server, string path = "/gw", params string[] headers)
    {
        var address = new Uri(server.Server.Addresses[0]);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, Cancel);
        var peer = new RawPeer(socket, masks: true);
        string[] lines =
        [
            $"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers,
        ];
        await peer.SendAsync(Latin1(string.Join("\r\n", lines) + "\r\n\r\n"));
        return peer;
    }

    /// <summary>The head of the answer that a client gets in place of a WebSocket.</summary>
    public static async Task<string> RefusedAsync(TestServer server, string status, params string[] headers)
    {
        using var client = await OpenAsync(server, "/gw", headers);
        var head = await client.ReadHeadAsync();
        Assert.StartsWith(status, head, StringComparison.Ordinal);
        return head;
    }

    /// <summary>What the client gets when the back end does that; and the back end is let go.</summary>
    public static async Task<string> MustAnswerAsync(
        Func<RawPeer, string, Task> act, string status, string expected, bool closesCleanly = false)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        var (peer, request) = await backEnd.AcceptAsync();
        await act(peer, request);

        var all = Encoding.Latin1.GetString(await client.ReadToEndAsync());

        Assert.StartsWith(status, all, StringComparison.Ordinal);
        Assert.Contains(expected, all, StringComparison.Ordinal);
        await (closesCleanly ? peer.MustEndAsync() : MustBeLetGoAsync(peer));
        peer.Dispose();
        return all;
    }

    /// <summary>Nothing came after the handshake but the end, proper or not: no connection is left open.</summary>
    public static async Task MustBeLetGoAsync(RawPeer peer)
    {
        try
        {
            await peer.MustEndAsync();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Aborted is let go as well.
        }

        peer.Dispose();
    }

    public static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
