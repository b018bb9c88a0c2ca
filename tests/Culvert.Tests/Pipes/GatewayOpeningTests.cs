using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Pipes.Rows;
using static Culvert.Tests.Pipes.GatewayClient;

namespace Culvert.Tests.Pipes;

/// <summary>How a gateway opens a session, and what it decides by itself: rows of section 5.1.</summary>
public sealed class GatewayOpeningTests
{
    [Fact]
    [Row("5.1-01", Way.Opening)]
    public async Task Client_sends_a_valid_upgrade_and_gets_its_101_only_after_the_back_ends()
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
    [Row("5.1-01", Way.ToBackEnd)]
    [Row("5.1-02", Way.ToClient)]
    public async Task Client_sends_a_valid_upgrade_and_the_back_end_sees_what_it_asks_for_and_who_it_is()
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
        var key = Regex.Match(request, "\r\nSec-WebSocket-Key: (.*)\r\n").Groups[1].Value;
        Assert.NotEqual("dGhlIHNhbXBsZSBub25jZQ==", key);
        Assert.Equal(16, Convert.FromBase64String(key).Length);
        var answer = await client.ReadHeadAsync();
        Assert.Contains("\r\nSec-WebSocket-Protocol: two\r\n", answer);
        Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", answer);
        await client.SendAsync(client.Frames.Frame(Opcode.Text, [1, 2], rsv: 4));
        Assert.True((await peer.ReadAsync()).Header.Rsv1);
    }

    [Fact]
    [Row("5.1-02", Way.ToClient)]
    public Task Back_end_101_with_a_subprotocol_not_offered() => DoesNotFitAsync("Sec-WebSocket-Protocol: three\r\n");

    [Theory]
    [InlineData("Sec-WebSocket-Accept: x\r\n")]
    [InlineData("Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [Row("5.1-03", Way.Opening)]
    public Task Back_end_101_without_a_valid_accept(string headers) => DoesNotFitAsync(headers);

    [Theory]
    [InlineData("")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\n")]
    [Row("5.1-03", Way.Opening)]
    public Task Back_end_101_without_any_accept(string headers) => MustAnswerAsync(
        (peer, _) => peer.SendAsync(Latin1($"HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n")),
        "HTTP/1.1 502 ",
        "error=http_protocol_error");

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate\r\n")]
    [InlineData("Sec-WebSocket-Extensions: x-unknown\r\n")]
    [Row("5.1-04", Way.Opening)]
    public Task Back_end_101_with_an_extension_that_the_client_did_not_offer(string headers) =>
        DoesNotFitAsync(headers);

    [Fact]
    [Row("5.1-12", Way.Opening)]
    public async Task As_many_sessions_as_there_may_be_is_a_503_and_nothing_is_dialled()
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
        Assert.False(backEnd.HasCaller);
    }

    [Fact]
    [Row("5.1-12", Way.ToClient)]
    public async Task No_back_end_up_is_a_503_until_one_may_be_tried_again()
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

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [Row("5.1-13", Way.Opening)]
    public async Task Target_is_not_allowed_whatever_its_name_and_is_not_dialled(string host)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(new PipeRouteOptions
        {
            Targets = [$"ws://{host}:{backEnd.Port}"],
            AllowNetworks = ["10.0.0.0/8"],
        });

        Assert.Contains("error=destination_ip_prohibited", await RefusedAsync(server, "HTTP/1.1 403 "));
        Assert.False(backEnd.HasCaller);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.1-14", Way.ToBackEnd)]
    public async Task Client_goes_while_the_back_end_is_dialled_and_leaves_no_orphan(bool resets)
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.1-14", Way.ToBackEnd)]
    public async Task Client_goes_while_the_back_end_answers_and_the_back_end_gets_1001_or_is_cut_off(bool resets)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        for (var i = 0; i < 25; i++)
        {
            var client = await OpenAsync(server);
            var (peer, request) = await backEnd.AcceptAsync();
            try
            {
                // One of the two is first, and either may be.
                var answering = peer.SendAsync(ScriptedBackEnd.Agreement(request));
                (resets ? (Action)client.Reset : client.Dispose)();
                await answering;
                Assert.Equal(CloseCode.GoingAway, (await peer.NextCloseAsync()).Code);
                await peer.SendCloseAsync(1001);
                peer.Finish();
            }
            catch (SocketException)
            {
                // It was cut off.
            }

            await MustBeLetGoAsync(peer);
        }
    }

    [Fact]
    [Row("5.1-15", Way.Opening)]
    public async Task Client_sends_frames_before_the_101_and_they_arrive_after_it()
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
    [Row("5.1-15", Way.ToBackEnd)]
    public async Task Client_sends_many_frames_before_the_101_and_few_are_held()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        var frame = client.Frames.Frame(Opcode.Binary, new byte[12 * 1024 * 1024]).ToArray();
        byte[] wire = [.. frame, .. frame, .. frame];
        var sending = client.SendAsync(wire);
        var (peer, request) = await backEnd.AcceptAsync();
        Assert.False(sending.IsCompleted);

        await peer.SendAsync(ScriptedBackEnd.Agreement(request));

        var received = await peer.ReadBytesAsync(wire.Length);
        Assert.True(wire.AsSpan().SequenceEqual(received));
        await sending;
        peer.Dispose();
    }

    [Fact]
    [Row("5.1-15", Way.ToClient)]
    public async Task Client_sends_bytes_behind_a_handshake_that_fails_and_they_are_never_a_request()
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

    private static Task<string> DoesNotFitAsync(string headers) => MustAnswerAsync(
        (peer, request) => peer.SendAsync(ScriptedBackEnd.Agreement(request, headers)),
        "HTTP/1.1 502 ",
        "error=http_protocol_error");
}
