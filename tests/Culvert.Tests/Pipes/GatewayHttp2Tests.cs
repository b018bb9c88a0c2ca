using System.Net;
using System.Net.WebSockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Pipes;

/// <summary>Clients of a gateway over HTTP/2 (RFC 8441).</summary>
public sealed class GatewayHttp2Tests : IDisposable
{
    /// <summary>With the handler that clients share no request comes over HTTP/2 (.NET 10.0.12).</summary>
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_and_ends_cross(bool clientEnds)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions { Targets = [backEnd.Target] });
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("one");
        var connecting = ConnectAsync(client, server);
        var (peer, request) = await backEnd.AgreeAsync("Sec-WebSocket-Protocol: one\r\n");
        await connecting;
        using var held = peer;
        Assert.StartsWith("GET /gw HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n:", request);
        Assert.Equal("one", client.SubProtocol);
        await SendAsync(client, "there");
        Assert.Equal("there", await peer.ReadTextAsync());
        await peer.SendTextAsync("back");
        Assert.Equal("back", (await ReceiveAsync(client)).Text);

        if (clientEnds)
        {
            await client.CloseOutputAsync((WebSocketCloseStatus)4001, "mine", Cancel);
            Assert.Equal("mine", (await peer.ReadCloseAsync()).Reason);
        }

        await peer.SendCloseAsync(4002, "yours");

        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(client)).Type);
        Assert.Equal((4002, "yours"), ((int?)client.CloseStatus, client.CloseStatusDescription));
        if (!clientEnds)
        {
            await client.CloseOutputAsync((WebSocketCloseStatus)4001, "mine", Cancel);
            Assert.Equal(4001, (await peer.ReadCloseAsync()).Code);
        }

        peer.Finish();
        await peer.MustEndAsync();
    }

    [Fact]
    public async Task What_is_sent_is_no_body_and_has_no_limit_of_one()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await TestServer.StartAsync(options => options with
        {
            Http = options.Http with { MaxBodyBytes = 1024 },
            Pipes = new PipeOptions
            {
                Pipes = new Dictionary<string, PipeRouteOptions>
                {
                    ["/gw"] = new() { Targets = [$"tcp:127.0.0.1:{backEnd.Port}"] },
                },
            },
        });
        using var client = new ClientWebSocket();
        var connecting = ConnectAsync(client, server);
        using var peer = await backEnd.AcceptBytesAsync();
        await connecting;
        var payload = new byte[3_000_000];
        new Random(5).NextBytes(payload);

        var sending = client.SendAsync(payload, WebSocketMessageType.Binary, true, Cancel);
        Assert.Equal(payload, await peer.ReadBytesAsync(payload.Length));
        await sending;
        var answering = peer.SendAsync(payload);
        List<byte> received = [];
        while (received.Count < payload.Length)
        {
            received.AddRange((await ReceiveAsync(client)).Bytes);
        }

        await answering;
        Assert.Equal(payload, received);
        peer.Finish();
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(client)).Type);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        await peer.MustEndAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nsorry", 404)]
    [InlineData("SSH-2.0\r\n\r\n", 502)]
    public async Task A_refusal_is_a_status_and_the_connection_stays(string says, int status)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions { Targets = [backEnd.Target] });
        for (var i = 0; i < 2; i++)
        {
            using var client = new ClientWebSocket();
            client.Options.CollectHttpResponseDetails = true;
            var connecting = ConnectAsync(client, server);
            var (peer, _) = await backEnd.AcceptAsync();
            await peer.SendAsync(Encoding.Latin1.GetBytes(says));

            await Assert.ThrowsAsync<WebSocketException>(() => connecting);

            Assert.Equal((HttpStatusCode)status, client.HttpStatusCode);
            Assert.Contains("Proxy-Status", client.HttpResponseHeaders?.Keys ?? [], StringComparer.OrdinalIgnoreCase);
            peer.Dispose();
        }
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_a_1001_for_the_back_end()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions { Targets = [backEnd.Target] });
        using var client = new ClientWebSocket();
        var connecting = ConnectAsync(client, server);
        var (peer, _) = await backEnd.AgreeAsync();
        await connecting;
        using var held = peer;

        client.Abort();

        Assert.Equal(CloseCode.GoingAway, (await peer.ReadCloseAsync()).Code);
        await peer.SendCloseAsync(1001);
        peer.Finish();
        await peer.MustEndAsync();
    }

    [Fact]
    public async Task A_back_end_that_breaks_off_within_a_frame_breaks_the_stream()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions { Targets = [backEnd.Target] });
        using var client = new ClientWebSocket();
        var connecting = ConnectAsync(client, server);
        var (peer, _) = await backEnd.AgreeAsync();
        await connecting;
        using var held = peer;
        await peer.SendAsync(peer.Frames.Text("0123456789").ToArray()[..^4]);

        // It waits for as much of the frame as there is room for.
        Assert.Equal("012345", (await ReceiveAsync(client, maxBytes: 6)).Text);

        peer.Reset();

        await Assert.ThrowsAsync<WebSocketException>(() => ReceiveAsync(client));
        Assert.Equal(WebSocketState.Aborted, client.State);
    }

    private async Task ConnectAsync(ClientWebSocket client, TestServer server)
    {
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new Uri($"ws://{new Uri(server.Server.Addresses[0]).Authority}/gw");
        await client.ConnectAsync(address, _http, Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    private static Task SendAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);

    private static async Task<(WebSocketMessageType Type, byte[] Bytes, string Text)> ReceiveAsync(
        ClientWebSocket client, int maxBytes = 16 * 1024)
    {
        var buffer = new byte[maxBytes];
        var received = await client.ReceiveAsync(buffer.AsMemory(), Cancel)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        var bytes = buffer[..received.Count];
        return (received.MessageType, bytes, Encoding.UTF8.GetString(bytes));
    }
}
