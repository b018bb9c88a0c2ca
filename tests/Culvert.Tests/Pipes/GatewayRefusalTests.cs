using System.Net.Security;
using System.Net.Sockets;
using Culvert.Tests.Pipes.Endpoints;
using Culvert.Tests.Pipes.Rows;
using static Culvert.Tests.Pipes.GatewayClient;

namespace Culvert.Tests.Pipes;

/// <summary>What a client is told when its back end does not open a WebSocket: rows of section 5.1.</summary>
public sealed class GatewayRefusalTests
{
    [Theory]
    [InlineData(400, "", "received-status=400")]
    [InlineData(401, "WWW-Authenticate: Basic realm=x\r\n", "\r\nWWW-Authenticate: Basic realm=x\r\n")]
    [InlineData(403, "Content-Type: text/css\r\n", "\r\nContent-Type: text/css\r\n")]
    [InlineData(404, "", "\r\nContent-Length: 5\r\n")]
    [InlineData(410, "", "received-status=410")]
    [InlineData(426, "", "received-status=426")]
    [InlineData(429, "Retry-After: 7\r\n", "\r\nRetry-After: 7\r\n")]
    [InlineData(499, "Connection: keep-alive\r\n", "received-status=499")]
    [Row("5.1-05", Way.Opening)]
    public async Task Back_end_answers_4xx_and_so_does_the_gateway(int status, string headers, string expected)
    {
        var body = await MustAnswerAsync(
            (peer, _) => peer.SendAsync(Latin1($"HTTP/1.1 {status} No\r\n{headers}Content-Length: 5\r\n\r\nsorry")),
            $"HTTP/1.1 {status} ",
            expected,
            closesCleanly: true);
        Assert.EndsWith("\r\n\r\nsorry", body, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.1-05", Way.Opening)]
    public async Task Back_end_answers_4xx_in_chunks()
    {
        var body = await MustAnswerAsync(
            (peer, _) => peer.SendAsync(Latin1(
                "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsor\r\n2;x=y\r\nry\r\n0\r\n\r\n")),
            "HTTP/1.1 403 ",
            "Content-Length: 5",
            closesCleanly: true);
        Assert.EndsWith("sorry", body, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.1-05", Way.Opening)]
    public async Task Back_end_answers_4xx_with_more_than_is_passed_on()
    {
        var body = await MustAnswerAsync(
            (peer, _) => peer.SendAsync(Latin1(
                $"HTTP/1.1 404 No\r\nContent-Length: 65537\r\n\r\n{new string('x', 65_537)}")),
            "HTTP/1.1 404 ",
            "Content-Length: 65536");
        Assert.EndsWith($"\r\n\r\n{new string('x', 65_536)}", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    [Row("5.1-06", Way.Opening)]
    public async Task Back_end_answers_3xx(int status)
    {
        var answer = await MustAnswerAsync(
            (peer, _) => peer.SendAsync(Latin1($"HTTP/1.1 {status} There\r\nLocation: /x\r\n\r\n")),
            "HTTP/1.1 502 ",
            $"error=http_upgrade_failed; received-status={status}");
        Assert.DoesNotContain("\r\nLocation:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(206)]
    [Row("5.1-07", Way.Opening)]
    public Task Back_end_answers_2xx(int status) => MustAnswerAsync(
        (peer, _) => peer.SendAsync(Latin1($"HTTP/1.1 {status} OK\r\nContent-Length: 0\r\n\r\n")),
        "HTTP/1.1 502 ",
        $"error=http_upgrade_failed; received-status={status}");

    [Theory]
    [InlineData("500 Oops", 502, "received-status=500")]
    [InlineData("501 What", 502, "received-status=501")]
    [InlineData("502 Bad", 502, "received-status=502")]
    [InlineData("503 Busy\r\nRetry-After: 9", 503, "\r\nRetry-After: 9\r\n")]
    [InlineData("504 Late", 504, "received-status=504")]
    [InlineData("599 Odd", 502, "received-status=599")]
    [Row("5.1-08", Way.Opening)]
    public async Task Back_end_answers_5xx(string answer, int status, string expected)
    {
        var all = await MustAnswerAsync(
            (peer, _) => peer.SendAsync(Latin1($"HTTP/1.1 {answer}\r\n\r\n")), $"HTTP/1.1 {status} ", expected);
        Assert.Contains("\r\nProxy-Status: culvert; ", all, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.1-09", Way.ToClient)]
    public async Task Refused()
    {
        var backEnd = new ScriptedBackEnd();
        var target = backEnd.Target;
        backEnd.Dispose();
        await using var server = await StartAsync(target);

        Assert.Contains("error=connection_refused", await RefusedAsync(server, "HTTP/1.1 502 "));
    }

    [Theory]
    [InlineData("ws://no-such-host.invalid/", "error=dns_error")]
    [InlineData("ws://255.255.255.255:9/", "error=destination_unavailable")]
    [Row("5.1-09", Way.ToClient)]
    public async Task No_address_or_unreachable(string target, string expected)
    {
        await using var server = await StartAsync(target);

        Assert.Contains(expected, await RefusedAsync(server, "HTTP/1.1 502 "));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.1-09", Way.ToClient)]
    public async Task TLS_failure(bool speaksTls)
    {
        using var loopback = new Loopback();
        await using var server = await StartAsync($"wss://127.0.0.1:{loopback.Port}/");
        using var client = await OpenAsync(server);
        using var peer = await loopback.AcceptAsync();
        if (speaksTls)
        {
            using var certificates = new Certificates();
            using var certificate = certificates.Issue("127.0.0.1");
            await using var stream = new SslStream(new NetworkStream(peer));
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await stream.AuthenticateAsServerAsync(certificate);
                await stream.ReadExactlyAsync(new byte[1], Loopback.Cancelled);
            });
        }
        else
        {
            await Loopback.SendAsync(peer, "HTTP/1.1 400 Bad Request\r\n\r\n");
        }

        var head = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 502 ", head, StringComparison.Ordinal);
        Assert.Contains("error=tls_protocol_error", head);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Switching Proto")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")]
    [Row("5.1-10", Way.Opening)]
    public async Task Handshake_takes_too_long(string begun)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.Target);
        using var client = await OpenAsync(server);
        var (peer, _) = await backEnd.AcceptAsync();
        await peer.SendAsync(Latin1(begun));

        server.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await peer.MustBreakAsync();
    }

    [Fact]
    [Row("5.1-10", Way.Opening)]
    public async Task Connection_takes_too_long_to_be_secured()
    {
        using var loopback = new Loopback();
        await using var server = await StartAsync($"wss://127.0.0.1:{loopback.Port}/");
        using var client = await OpenAsync(server);
        using var peer = await loopback.AcceptAsync();
        await Loopback.ReceiveAsync(peer);

        server.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await MustBeLetGoAsync(new RawPeer(peer, masks: false));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("\u0081\u0005hello\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/9.9 101 Switching Protocols\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n : \r\n\r\n")]
    [InlineData(null)]
    [Row("5.1-11", Way.Opening)]
    public Task Garbage_before_the_101(string? garbage) => MustAnswerAsync(
        (peer, _) => peer.SendAsync(garbage is null ? new byte[128 * 1024] : Latin1(garbage)),
        "HTTP/1.1 502 ",
        "error=http_protocol_error");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.1-11", Way.Opening)]
    public Task Nothing_before_the_101_but_the_end(bool resets) => MustAnswerAsync(
        (peer, _) =>
        {
            (resets ? (Action)peer.Reset : peer.Finish)();
            return Task.CompletedTask;
        },
        "HTTP/1.1 502 ",
        "error=");
}
