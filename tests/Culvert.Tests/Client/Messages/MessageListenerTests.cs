using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Culvert.Client;
using Culvert.Client.Messages;
using Culvert.Tests.Pipes.Endpoints;

namespace Culvert.Tests.Client.Messages;

/// <summary>Many clients on one port.</summary>
public sealed class MessageListenerTests
{
    [Theory]
    [InlineData("/client{id}", "/client7", "id=7")]
    [InlineData("/client{id}", "/client", null)]
    [InlineData("/client{id}", "/client7/x", null)]
    [InlineData("/a/{x}/{y}", "/a/1/2", "x=1,y=2")]
    [InlineData("/{*all}", "/", "all=")]
    [InlineData("/f/{*all}", "/f/a/b", "all=a/b")]
    [InlineData("/a.b", "/aXb", null)]
    public void A_route_gives_values_to_its_names(string route, string path, string? expected)
    {
        var isMatch = new RouteTemplate(route).TryMatch(path, out var values);

        Assert.Equal(expected, isMatch ? string.Join(',', values.Select(v => $"{v.Key}={v.Value}")) : null);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("/{a")]
    [InlineData("/{a}{a}")]
    [InlineData("/{*a}/b")]
    [InlineData("/{1}")]
    public void What_is_no_route_is_refused(string route)
    {
        Assert.Throws<ArgumentException>(() => new RouteTemplate(route));
    }

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("ws://example.org:1")]
    [InlineData("ws://localhost:99999")]
    [InlineData("localhost:1")]
    public void What_is_no_address_is_refused(string address)
    {
        Assert.Throws<ArgumentException>(() => ListenAddress.Parse(address));
    }

    [Fact]
    public async Task Each_route_has_a_line_of_its_own()
    {
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0/a");
        var other = listener.Map("/b/{name}");

        await using var b = await MessageClient.ConnectAsync(Pair.At(listener, "/b/x%20y"), null, Pair.Cancelled);
        await using var a = await MessageClient.ConnectAsync(Pair.At(listener, "/a?q=1"), null, Pair.Cancelled);

        var fromA = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        Assert.True(other.TryAccept(Pair.Limit, out var fromB));
        Assert.Equal("/a", fromA.Path);
        Assert.Equal("x y", fromB.RouteValues["name"]);
        Assert.Contains(fromB.Headers, h => h.Key == "Host");
        Assert.NotNull(fromB.RemoteEndPoint);
        Assert.False(other.TryAccept(TimeSpan.FromMilliseconds(10), out _));
    }

    [Fact]
    public async Task Localhost_is_both_families_on_one_port()
    {
        await using var listener = MessageListener.Listen("ws://localhost:0");

        foreach (var host in listener.EndPoints.Select(e => e.ToString()))
        {
            await using var client = await MessageClient.ConnectAsync(new Uri($"ws://{host}/"), null, Pair.Cancelled);
            Assert.Equal(ConnectionState.Open, client.State);
        }

        Assert.Equal(Socket.OSSupportsIPv6 ? 2 : 1, listener.EndPoints.Count);
    }

    [Fact]
    public async Task The_port_can_be_bound_again_at_once()
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0");
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/"), null, Pair.Cancelled);
        await listener.DisposeAsync();

        var end = await Pair.EndAsync(client);
        await using var again = MessageListener.Listen($"ws://127.0.0.1:{listener.Port}");

        Assert.Equal((1001, "the server stops"), (end.Code, end.Reason));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => listener.AcceptAsync(Pair.Cancelled).AsTask());
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426 Upgrade Required", "Upgrade: websocket")]
    [InlineData("POST /a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed", "Allow: GET")]
    [InlineData("GET /b HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found", "Nothing listens on this path.")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request", "Connection: close")]
    public async Task What_is_no_handshake_gets_an_answer_and_harms_nobody(string request, string status, string line)
    {
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0/a");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, listener.Port, Pair.Cancelled);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Pair.Cancelled);

        using var reader = new StreamReader(socket.GetStream());
        var answer = await Pair.Within(reader.ReadToEndAsync(Pair.Cancelled));

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(line, answer, StringComparison.Ordinal);
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/a"), null, Pair.Cancelled);
    }

    [Fact]
    public async Task Tokens_origins_and_the_programs_own_say_decide_who_gets_in()
    {
        var options = new MessageListenerOptions
        {
            Token = "secret",
            AllowedOrigins = ["https://good.example"],
            Authorize = (request, _) => ValueTask.FromResult(request.Query != "?no"),
        };
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0", options);

        async Task<int> TryAsync(string path, string? token, string? origin)
        {
            try
            {
                var settings = new MessageClientOptions
                {
                    Token = token,
                    Headers = origin is null ? [] : [KeyValuePair.Create("Origin", origin)],
                };
                await using var client = await MessageClient.ConnectAsync(
                    Pair.At(listener, path), settings, Pair.Cancelled);
                return 101;
            }
            catch (ConnectFailedException e)
            {
                Assert.Equal(ConnectStage.Http, e.Stage);
                Assert.NotEmpty(e.BodyHead);
                return e.Status;
            }
        }

        Assert.Equal(101, await TryAsync("/", "secret", null));
        Assert.Equal(401, await TryAsync("/", null, null));
        Assert.Equal(401, await TryAsync("/", "wrong", null));
        Assert.Equal(101, await TryAsync("/", "secret", "https://good.example"));
        Assert.Equal(101, await TryAsync("/", "secret", $"http://127.0.0.1:{listener.Port}"));
        Assert.Equal(403, await TryAsync("/", "secret", "https://evil.example"));
        Assert.Equal(403, await TryAsync("/?no", "secret", null));
    }

    [Theory]
    [InlineData(1, 10, "There are too many connections.")]
    [InlineData(10, 1, "Too many wait on this path already.")]
    public async Task Connections_and_the_line_of_those_that_wait_are_bounded(int most, int backlog, string why)
    {
        var options = new MessageListenerOptions { MaxConnections = most, Backlog = backlog };
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0", options);
        await using var first = await MessageClient.ConnectAsync(Pair.At(listener, "/"), null, Pair.Cancelled);

        var failure = await Assert.ThrowsAsync<ConnectFailedException>(
            () => MessageClient.ConnectAsync(Pair.At(listener, "/"), null, Pair.Cancelled).AsTask());

        Assert.Equal((503, why, true), (failure.Status, failure.BodyHead, failure.MayPass));
        var accepted = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await accepted.SendAsync("welcome", Pair.Cancelled);
        Assert.Equal("welcome", await Pair.TextAsync(first));
    }

    [Fact]
    public async Task A_client_that_does_not_finish_its_request_is_left()
    {
        var options = new MessageListenerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(100) };
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0", options);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, listener.Port, Pair.Cancelled);
        await socket.GetStream().WriteAsync("GET /"u8.ToArray(), Pair.Cancelled);

        Assert.Equal(0, await Pair.Within(socket.GetStream().ReadAsync(new byte[1], Pair.Cancelled).AsTask()));
    }

    [Fact]
    public async Task A_broadcast_reaches_all_and_waits_for_nobody()
    {
        var limits = MessageLimits.Default with { SendQueueBytes = 64 * 1024 };
        await using var listener = MessageListener.Listen(
            "ws://127.0.0.1:0", new MessageListenerOptions { Limits = limits });
        await using var quick = await MessageClient.ConnectAsync(Pair.At(listener, "/"), null, Pair.Cancelled);
        await using var slow = await MessageClient.ConnectAsync(Pair.At(listener, "/"), null, Pair.Cancelled);
        await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        var data = new byte[256 * 1024];

        Assert.Equal(2, listener.Broadcast("hello"u8, MessageKind.Text));
        Assert.Equal("hello", await Pair.TextAsync(quick));
        var reached = 2;
        for (var i = 0; i < 200 && reached == 2; i++)
        {
            reached = listener.Broadcast(data, policy: SlowPolicy.DropClient);
            (await Pair.Within(quick.ReceiveAsync(Pair.Cancelled).AsTask())).Dispose();
        }

        Assert.Equal(1, reached);
        Assert.False((await Pair.EndAsync(slow)).IsOk);
        Assert.Equal(ConnectionState.Open, quick.State);
    }

    [Fact]
    public async Task TLS_is_served_and_verified()
    {
        using var authority = new Certificates();
        using var certificate = authority.Issue("localhost");
        await using var listener = MessageListener.Listen(
            "wss://localhost:0", new MessageListenerOptions { Certificate = certificate });
        var address = new Uri($"wss://localhost:{listener.Port}/");

        var refused = await Assert.ThrowsAsync<ConnectFailedException>(
            () => MessageClient.ConnectAsync(address, null, Pair.Cancelled).AsTask());
        await using var client = await MessageClient.ConnectAsync(
            address, new MessageClientOptions { Authorities = authority.Authorities }, Pair.Cancelled);
        var server = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await client.SendAsync("secret", Pair.Cancelled);

        Assert.Equal((ConnectStage.Tls, false), (refused.Stage, refused.MayPass));
        Assert.Equal("secret", await Pair.TextAsync(server));
        await Pair.Within(client.CloseAsync(cancellationToken: Pair.Cancelled).AsTask());
        Assert.True((await Pair.EndAsync(server)).IsClean);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_runtimes_own_client_understands_it(bool deflate)
    {
        var options = new MessageListenerOptions { Subprotocols = ["b", "c"], Deflate = deflate };
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0/x", options);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("a");
        socket.Options.AddSubProtocol("b");
        socket.Options.DangerousDeflateOptions = deflate ? new WebSocketDeflateOptions() : null;
        await Pair.Within(socket.ConnectAsync(Pair.At(listener, "/x"), Pair.Cancelled));
        var server = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        var data = new byte[100_000];
        new Random(3).NextBytes(data.AsSpan(50_000));

        await socket.SendAsync(data, WebSocketMessageType.Binary, true, Pair.Cancelled);
        using var message = await Pair.Within(server.ReceiveAsync(Pair.Cancelled).AsTask());
        await server.SendAsync(message.Data, message.Kind, Pair.Cancelled);
        var echoed = new byte[200_000];
        var count = 0;
        while (await socket.ReceiveAsync(echoed.AsMemory(count), Pair.Cancelled) is var part)
        {
            count += part.Count;
            if (part.EndOfMessage)
            {
                break;
            }
        }

        Assert.Equal("b", socket.SubProtocol);
        Assert.Equal("b", server.Subprotocol);
        Assert.True(echoed.AsSpan(0, count).SequenceEqual(data));
        await Pair.Within(socket.CloseAsync((WebSocketCloseStatus)4002, "fine", Pair.Cancelled));
        Assert.Equal(new CloseInfo(4002, "fine", CloseSide.Remote, true), await Pair.EndAsync(server));
    }
}
