using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Pipes;

/// <summary>How a gateway opens a session or does not; each test is a row of the relay's event table.</summary>
public sealed class GatewayOpeningTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_gets_its_101_only_after_the_back_ends()
    {
        using var backEnd = new ScriptedBackEnd();
        var server = await StartAsync(backEnd.Target);
        await using (server)
        {
            using var client = await OpenAsync(server);
            var (peer, request) = await backEnd.AcceptAsync();
            Assert.Equal(0, client.Socket.Available);

            await peer.SendAsync(ScriptedBackEnd.Agreement(request));

            Assert.StartsWith("HTTP/1.1 101 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
            await client.SendTextAsync("hello");
            Assert.Equal("hello", await peer.ReadTextAsync());
            await peer.SendTextAsync("back");
            Assert.Equal("back", await client.ReadTextAsync());
            await client.SendCloseAsync(4001, "mine");
            Assert.Equal("mine", (await peer.ReadCloseAsync()).Reason);
            await peer.SendCloseAsync(4002);
            Assert.Equal(4002, (await client.ReadCloseAsync()).Code);
            await client.MustEndAsync();
            client.Dispose();
            peer.Dispose();
        }

        Assert.Contains(
            $"Pipe /gw to {backEnd.Target}/: client-close; client closed with 4001, back end with 4002; "
                + "1 messages (5 bytes) there",
            server.Log.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_back_end_sees_what_the_client_asked_for_and_who_it_is()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target + "/base?a=1");
        using var client = await OpenAsync(
            server,
            "/gw?b=%20",
            "Sec-WebSocket-Protocol: one, two",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            "Origin: http://page.example",
            "Cookie: culvert_session=secret; theme=dark",
            "X-Forwarded-For: 6.6.6.6",
            "X-Own: kept",
            "Keep-Alive: 5");
        var (peer, request) = await backEnd.AgreeAsync(
            "Sec-WebSocket-Protocol: two\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
        using var held = peer;

        Assert.StartsWith("GET /base?a=1&b=%20 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: 127.0.0.1:{backEnd.Port}\r\n", request);
        Assert.Contains("\r\nSec-WebSocket-Protocol: one, two\r\n", request);
        Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", request);
        Assert.Contains("\r\nOrigin: http://page.example\r\n", request);
        Assert.Contains("\r\nCookie: theme=dark\r\n", request);
        Assert.Contains("\r\nX-Forwarded-For: 127.0.0.1\r\n", request);
        Assert.Contains("\r\nX-Forwarded-Proto: http\r\n", request);
        Assert.Contains("\r\nX-Forwarded-Host: 127.0.0.1\r\n", request);
        Assert.Contains("\r\nX-Own: kept\r\n", request);
        Assert.DoesNotContain("Keep-Alive", request);
        Assert.DoesNotContain("6.6.6.6", request);
        Assert.DoesNotContain("dGhlIHNhbXBsZSBub25jZQ==", request);
        var answer = await client.ReadHeadAsync();
        Assert.Contains("\r\nSec-WebSocket-Protocol: two\r\n", answer);
        Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", answer);
        await client.SendAsync(client.Frames.Frame(Opcode.Text, [1, 2], rsv: 4));
        Assert.True((await peer.ReadAsync()).Header.Rsv1);
    }

    [Theory]
    [InlineData("a subprotocol not offered", "Sec-WebSocket-Protocol: three\r\n")]
    [InlineData("an extension not offered", "Sec-WebSocket-Extensions: permessage-deflate\r\n")]
    [InlineData("a wrong accept", "Sec-WebSocket-Accept: x\r\n")]
    public async Task A_101_that_does_not_fit_is_a_502(string what, string headers)
    {
        Assert.NotEmpty(what);
        await MustAnswerAsync(
            async peer => await peer.Peer.SendAsync(ScriptedBackEnd.Agreement(peer.Request, headers)),
            "HTTP/1.1 502 ", "error=http_protocol_error");
    }

    [Theory]
    [InlineData(401, "WWW-Authenticate: Basic realm=x\r\n", "\r\nWWW-Authenticate: Basic realm=x\r\n")]
    [InlineData(403, "Content-Type: text/css\r\n", "\r\nContent-Type: text/css\r\n")]
    [InlineData(404, "", "\r\nContent-Length: 5\r\n")]
    [InlineData(410, "", "received-status=410")]
    [InlineData(429, "Retry-After: 7\r\n", "\r\nRetry-After: 7\r\n")]
    public async Task A_refusal_of_the_back_end_is_passed_on(int status, string headers, string expected)
    {
        var body = await MustAnswerAsync(
            peer => peer.Peer.SendAsync(Latin1($"HTTP/1.1 {status} No\r\n{headers}Content-Length: 5\r\n\r\nsorry")),
            $"HTTP/1.1 {status} ", expected);
        Assert.EndsWith("sorry", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_in_chunks_is_passed_on()
    {
        var body = await MustAnswerAsync(
            peer => peer.Peer.SendAsync(Latin1(
                "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsor\r\n2;x=y\r\nry\r\n0\r\n\r\n")),
            "HTTP/1.1 403 ", "Content-Length: 5");
        Assert.EndsWith("sorry", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", 502, "http_upgrade_failed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 502, "http_upgrade_failed")]
    [InlineData("HTTP/1.1 500 Oops\r\n\r\n", 502, "received-status=500")]
    [InlineData("HTTP/1.1 502 Bad\r\n\r\n", 502, "received-status=502")]
    [InlineData("HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n\r\n", 503, "Retry-After: 9")]
    [InlineData("HTTP/1.1 504 Late\r\n\r\n", 504, "received-status=504")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", 502, "http_protocol_error")]
    public async Task Any_other_answer_is_a_gateway_error(string answer, int status, string expected)
    {
        await MustAnswerAsync(peer => peer.Peer.SendAsync(Latin1(answer)), $"HTTP/1.1 {status} ", expected);
    }

    [Fact]
    public async Task A_back_end_that_ends_without_an_answer_is_a_502()
    {
        await MustAnswerAsync(
            peer =>
            {
                peer.Peer.Finish();
                return Task.CompletedTask;
            },
            "HTTP/1.1 502 ", "error=");
    }

    [Fact]
    public async Task Nobody_listening_is_a_502()
    {
        var backEnd = new ScriptedBackEnd();
        var target = backEnd.Target;
        backEnd.Dispose();
        await using var server = await StartAsync(target);

        Assert.Contains("error=connection_refused", await RefusedAsync(server, "HTTP/1.1 502 "));
    }

    [Fact]
    public async Task A_name_without_an_address_is_a_502()
    {
        await using var server = await StartAsync("ws://no-such-host.invalid/");

        Assert.Contains("error=dns_error", await RefusedAsync(server, "HTTP/1.1 502 "));
    }

    [Fact]
    public async Task A_back_end_that_does_not_answer_in_time_is_a_504()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        var (peer, _) = await backEnd.AcceptAsync();

        server.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await peer.MustBreakAsync();
    }

    [Fact]
    public async Task A_full_route_is_a_503_and_nothing_is_dialled()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(new PipeRouteOptions { Targets = [backEnd.Target], MaxSessions = 1 });
        using var first = await OpenAsync(server);
        var (peer, _) = await backEnd.AgreeAsync();
        using var held = peer;
        await first.ReadHeadAsync();

        var answer = await RefusedAsync(server, "HTTP/1.1 503 ");

        Assert.Contains("\r\nRetry-After: 2\r\n", answer);
        Assert.Contains("error=connection_limit_reached", answer);
    }

    [Fact]
    public async Task With_no_back_end_up_it_is_a_503_until_one_may_be_tried_again()
    {
        var (one, two) = (new ScriptedBackEnd(), new ScriptedBackEnd());
        await using var server = await StartAsync(new PipeRouteOptions { Targets = [one.Target, two.Target] });
        one.Dispose();
        two.Dispose();

        await RefusedAsync(server, "HTTP/1.1 502 ");
        Assert.Contains("\r\nRetry-After: 2\r\n", await RefusedAsync(server, "HTTP/1.1 503 "));
        server.Time.Advance(TimeSpan.FromSeconds(3));
        await RefusedAsync(server, "HTTP/1.1 502 ");
    }

    [Fact]
    public async Task Of_several_back_ends_a_dead_one_is_passed_over_and_the_least_busy_is_next()
    {
        var dead = new ScriptedBackEnd();
        var gone = dead.Target;
        dead.Dispose();
        using var one = new ScriptedBackEnd();
        using var two = new ScriptedBackEnd();
        await using var server = await StartAsync(new PipeRouteOptions { Targets = [gone, one.Target, two.Target] });
        var agreeing = (one.AgreeAsync(), two.AgreeAsync());
        using var first = await OpenAsync(server);
        Assert.StartsWith("HTTP/1.1 101 ", await first.ReadHeadAsync(), StringComparison.Ordinal);
        using var second = await OpenAsync(server);
        Assert.StartsWith("HTTP/1.1 101 ", await second.ReadHeadAsync(), StringComparison.Ordinal);

        // Each has one.
        (await agreeing.Item1).Peer.Dispose();
        (await agreeing.Item2).Peer.Dispose();
    }

    [Fact]
    public async Task An_address_outside_of_the_allowed_networks_is_a_403_and_is_not_dialled()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], AllowNetworks = ["10.0.0.0/8"] });

        Assert.Contains("error=destination_ip_prohibited", await RefusedAsync(server, "HTTP/1.1 403 "));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_while_the_back_end_is_dialled_leaves_no_orphan(bool resets)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        var client = await OpenAsync(server);
        var (peer, _) = await backEnd.AcceptAsync();

        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }

        await peer.MustBreakAsync();
    }

    [Fact]
    public async Task Frames_sent_before_the_101_arrive_after_it()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        await client.SendTextAsync("early");
        var (peer, request) = await backEnd.AcceptAsync();
        await peer.SendAsync([.. ScriptedBackEnd.Agreement(request), .. peer.Frames.Text("first").ToArray()]);

        Assert.Equal("early", await peer.ReadTextAsync());
        await client.ReadHeadAsync();
        Assert.Equal("first", await client.ReadTextAsync());
        peer.Dispose();
    }

    [Fact]
    public async Task Bytes_behind_a_handshake_that_failed_are_never_a_request()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var (peer, _) = await backEnd.AcceptAsync();
        await peer.SendAsync(Latin1("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));

        var all = Encoding.Latin1.GetString(await client.ReadToEndAsync());

        Assert.StartsWith("HTTP/1.1 404 ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 200", all);
        peer.Dispose();
    }

    [Theory]
    [InlineData("Origin: http://evil.example", "HTTP/1.1 403 ")]
    [InlineData("X-None: 1", "HTTP/1.1 502 ")]
    public async Task A_page_of_a_foreign_origin_is_refused_before_anything_is_dialled(string header, string expected)
    {
        var backEnd = new ScriptedBackEnd();
        var target = backEnd.Target;
        backEnd.Dispose();
        await using var server = await StartAsync(
            new PipeRouteOptions { Targets = [target], Origins = ["http://good.example"] });

        await RefusedAsync(server, expected, header);
    }

    [Fact]
    public async Task A_route_for_users_lets_in_who_has_signed_in_and_keeps_the_credential()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(new PipeRouteOptions { Targets = [backEnd.Target], Accounts = true });
        await RefusedAsync(server, "HTTP/1.1 401 ");
        using var client = await OpenAsync(server, "/gw", $"Authorization: Bearer {server.OwnerToken}");
        var (peer, request) = await backEnd.AgreeAsync();

        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", request);
        peer.Dispose();
    }

    [Fact]
    public async Task Another_method_is_refused_and_names_the_right_one()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);

        using var response = await server.SendAsync(HttpMethod.Post, "/gw");

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal("GET", Assert.Single(response.Content.Headers.Allow));
    }

    private static Task<TestServer> StartAsync(string target) =>
        StartAsync(new PipeRouteOptions { Targets = [target] });

    private static Task<TestServer> StartAsync(PipeRouteOptions route) => TestServer.StartAsync(options => options with
    {
        Pipes = new PipeOptions { Pipes = new Dictionary<string, PipeRouteOptions> { ["/gw"] = route } },
    });

    private static async Task<RawPeer> OpenAsync(TestServer server, string path = "/gw", params string[] headers)
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

    private static async Task<string> RefusedAsync(TestServer server, string status, params string[] headers)
    {
        using var client = await OpenAsync(server, "/gw", headers);
        var head = await client.ReadHeadAsync();
        Assert.StartsWith(status, head, StringComparison.Ordinal);
        return head;
    }

    /// <summary>What the client gets when the back end does that; and the back end is let go.</summary>
    private static async Task<string> MustAnswerAsync(
        Func<(RawPeer Peer, string Request), Task> act, string status, string expected)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        var accepted = await backEnd.AcceptAsync();
        await act(accepted);

        var all = Encoding.Latin1.GetString(await client.ReadToEndAsync());

        Assert.StartsWith(status, all, StringComparison.Ordinal);
        Assert.Contains(expected, all, StringComparison.Ordinal);
        try
        {
            await accepted.Peer.ReadToEndAsync();
        }
        catch (SocketException)
        {
            // Aborted is let go as well.
        }

        return all;
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
