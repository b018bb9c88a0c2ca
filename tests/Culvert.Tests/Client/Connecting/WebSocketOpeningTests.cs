using System.Net;
using System.Net.Sockets;
using Culvert.Client;
using Culvert.Client.Connecting;
using Culvert.Tests.Client.Messages;

namespace Culvert.Tests.Client.Connecting;

/// <summary>Opening, and at which step it fails.</summary>
public sealed class WebSocketOpeningTests
{
    private const string Agreed = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: wrong\r\n";

    [Theory]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nbad!and more", ConnectStage.Http, 403, "bad!")]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", ConnectStage.Http, 503, "")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n", ConnectStage.Http, 302, "")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", ConnectStage.Http, 0, "")]
    [InlineData(Agreed + "\r\n", ConnectStage.Http, 101, "")]
    [InlineData(Agreed + "Sec-WebSocket-Protocol: other\r\n\r\n", ConnectStage.Subprotocol, 0, "")]
    public async Task An_answer_that_is_not_wanted_is_told(string answer, ConnectStage stage, int status, string body)
    {
        using var peer = await SilentPeer.StartAsync(answer);

        var failure = await FailsAsync(peer.Address, new ConnectOptions { Subprotocols = ["mine"] });

        Assert.Equal((stage, status, body), (failure.Stage, failure.Status, failure.BodyHead));
        Assert.Equal(status is 0 or 503 && stage == ConnectStage.Http, failure.MayPass);
        Assert.StartsWith($"cannot connect to ws://127.0.0.1:{peer.Address.Port}: ", failure.Message);
    }

    [Fact]
    public async Task An_error_shows_the_address_as_it_was_given()
    {
        using var peer = await SilentPeer.StartAsync("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        var given = new Uri($"http://127.0.0.1:{peer.Address.Port}/a?secret");

        var failure = await FailsAsync(given, new ConnectOptions());

        Assert.Equal(given, failure.Address);
        Assert.StartsWith($"cannot connect to http://127.0.0.1:{given.Port}: ", failure.Message);
    }

    [Fact]
    public async Task A_subprotocol_can_be_made_a_condition()
    {
        using var free = await SilentPeer.StartAsync();
        using var strict = await SilentPeer.StartAsync();
        var options = new ConnectOptions { Subprotocols = ["mine"] };

        var opened = await Pair.Within(new WebSocketOpening(free.Address, options).RunAsync(Pair.Cancelled));
        var failure = await FailsAsync(strict.Address, options with { RequireSubprotocol = true });

        Assert.Null(opened.Subprotocol);
        Assert.Equal(ConnectStage.Subprotocol, failure.Stage);
        await opened.Stream.DisposeAsync();
    }

    [Fact]
    public async Task A_name_without_an_address_fails_at_dns()
    {
        var failure = await FailsAsync(new Uri("ws://nobody.invalid/"), new ConnectOptions());

        Assert.Equal((ConnectStage.Dns, "unknown host"), (failure.Stage, failure.Why));
    }

    [Fact]
    public async Task A_port_without_a_listener_fails_at_tcp_or_at_the_proxy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var proxied = new ConnectOptions { Proxy = new Uri($"http://127.0.0.1:{port}") };

        var straight = await FailsAsync(new Uri($"ws://127.0.0.1:{port}/"), new ConnectOptions());
        var through = await FailsAsync(new Uri("ws://example.invalid/"), proxied);

        Assert.Equal(ConnectStage.Tcp, straight.Stage);
        Assert.Equal(ConnectStage.Proxy, through.Stage);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        var failure = await FailsAsync(
            address, new ConnectOptions { OpenTimeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal((ConnectStage.Http, true), (failure.Stage, failure.IsTimeout));
    }

    [Fact]
    public async Task Giving_up_is_no_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var cancel = new CancellationTokenSource();
        var opening = new WebSocketOpening(address, new ConnectOptions()).RunAsync(cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Theory]
    [InlineData("X\r\nY", "v")]
    [InlineData("X", "v\r\nInjected: 1")]
    [InlineData("", "v")]
    [InlineData("Sec-WebSocket-Key", "v")]
    public void A_header_that_would_break_the_request_is_refused(string name, string value)
    {
        var options = new ConnectOptions { Headers = [KeyValuePair.Create(name, value)] };

        Assert.Throws<ArgumentException>(() => new WebSocketOpening(new Uri("ws://localhost/"), options));
    }

    [Theory]
    [InlineData("ftp://localhost/")]
    [InlineData("ws://localhost/#part")]
    public void What_is_no_address_of_a_WebSocket_is_refused(string address)
    {
        Assert.Throws<ArgumentException>(() => new WebSocketOpening(new Uri(address), new ConnectOptions()));
    }

    private static Task<ConnectFailedException> FailsAsync(Uri address, ConnectOptions options) =>
        Assert.ThrowsAsync<ConnectFailedException>(
            () => Pair.Within(new WebSocketOpening(address, options).RunAsync(Pair.Cancelled)));
}
