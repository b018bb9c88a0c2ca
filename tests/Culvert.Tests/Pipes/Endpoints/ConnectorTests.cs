using System.Net;
using System.Text.RegularExpressions;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Connections that come about, and each way in which they do not.</summary>
public sealed class ConnectorTests
{
    // Only for the handshake: the connection itself has to come about, also on a busy machine.
    private static readonly DialRules Hasty = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task Nobody_listening_is_a_refusal()
    {
        var port = Servers.FreePort.Find();

        var failure = await Loopback.FailsAsync($"tcp:127.0.0.1:{port}");

        Assert.Equal(EndpointFailure.Refused, failure.Failure);
        Assert.Equal($"tcp:127.0.0.1:{port} refused the connection: nobody listens there", failure.Message);
    }

    [Fact]
    public async Task A_name_that_nobody_has_cannot_be_resolved()
    {
        // A label longer than 63 characters is refused on this machine; no question leaves it.
        var failure = await Loopback.FailsAsync($"tcp:{new string('a', 64)}:80");

        Assert.Equal(EndpointFailure.CannotResolve, failure.Failure);
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_is_not_connected_to()
    {
        using var loopback = new Loopback();

        var failure = await Loopback.FailsAsync(
            $"tcp:localhost:{loopback.Port}", new DialRules { MayConnect = address => !IPAddress.IsLoopback(address) });

        Assert.Equal(EndpointFailure.NotAllowed, failure.Failure);
    }

    [Fact]
    public async Task A_missing_socket_file_is_named()
    {
        var failure = await Loopback.FailsAsync("unix:/nonexistent/culvert.sock");

        Assert.Equal(EndpointFailure.Unreachable, failure.Failure);
        Assert.StartsWith("unix:/nonexistent/culvert.sock cannot be reached", failure.Message);
    }

    [Fact]
    public async Task A_websocket_opens_and_nothing_behind_the_answer_is_lost()
    {
        using var loopback = new Loopback();
        var answering = loopback.AnswerAsync(head => Accepted(head, "Sec-WebSocket-Protocol: b\r\n") + "frames");
        var rules = new DialRules
        {
            Subprotocols = ["a", "b"],
            Origin = "https://example.org",
            Headers = [new("X-Test", "one")],
        };

        var leg = await Loopback.OpenAsync($"ws://user:pa%20ss@127.0.0.1:{loopback.Port}/chat?x=y", rules);

        var (head, peer) = await answering;
        Assert.Equal(LegKind.WebSocketClient, leg.Kind);
        Assert.Equal("b", Assert.IsType<WebSocketLeg>(leg).Subprotocol);
        Assert.StartsWith($"GET /chat?x=y HTTP/1.1\r\nHost: 127.0.0.1:{loopback.Port}\r\n", head);
        Assert.Contains("\r\nSec-WebSocket-Protocol: a, b\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nOrigin: https://example.org\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Basic dXNlcjpwYSBzcw==\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Test: one\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", head, StringComparison.Ordinal);
        peer.Dispose();
        Assert.Equal("frames", await Loopback.ReadToEndAsync(leg));
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task Interim_answers_are_passed_over()
    {
        using var loopback = new Loopback();
        var answering = loopback.AnswerAsync(head => "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Accepted(head));

        var leg = await Loopback.OpenAsync($"ws://127.0.0.1:{loopback.Port}/");

        (await answering).Peer.Dispose();
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", EndpointFailure.HandshakeRefused, 403, "answered 403 Forbidden inst")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", EndpointFailure.HandshakeRefused, 200, "answered 200 OK instead")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", EndpointFailure.HandshakeRefused, 302, "answered 302")]
    [InlineData("HTTP/1.1 101 OK\r\nUpgrade: h2c\r\n\r\n", EndpointFailure.HandshakeInvalid, 0, "Upgrade is not webs")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", EndpointFailure.HandshakeInvalid, 0, "gave no HTTP answer")]
    [InlineData("HTTP/1.1 101 OK\r\nA b: c\r\n\r\n", EndpointFailure.HandshakeInvalid, 0, "gave no HTTP answer")]
    public async Task Another_answer_is_explained(string answer, object failure, int status, string message)
    {
        using var loopback = new Loopback();
        var answering = loopback.AnswerAsync(_ => answer);

        var exception = await Loopback.FailsAsync($"ws://127.0.0.1:{loopback.Port}/");

        Assert.Equal((EndpointFailure)failure, exception.Failure);
        Assert.Equal(status, exception.Status);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        (await answering).Peer.Dispose();
    }

    [Fact]
    public async Task An_answer_without_the_right_key_is_not_accepted()
    {
        using var loopback = new Loopback();
        var answering = loopback.AnswerAsync(_ => Accepted("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));

        var exception = await Loopback.FailsAsync($"ws://127.0.0.1:{loopback.Port}/");

        Assert.Equal(EndpointFailure.HandshakeInvalid, exception.Failure);
        (await answering).Peer.Dispose();
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_for_ever()
    {
        using var loopback = new Loopback();
        var answering = loopback.AnswerAsync(_ => $"HTTP/1.1 101 OK\r\nA: {new string('x', HttpHead.MaxBytes)}");

        var exception = await Loopback.FailsAsync($"ws://127.0.0.1:{loopback.Port}/");

        Assert.Equal(EndpointFailure.HandshakeInvalid, exception.Failure);
        (await answering).Peer.Dispose();
    }

    [Theory]
    [InlineData("ws", "did not answer the handshake within 0.3 s")]
    [InlineData("wss", "did not finish the TLS handshake within 0.3 s")]
    public async Task Silence_is_a_timeout(string scheme, string message)
    {
        using var loopback = new Loopback();
        var accepting = loopback.AcceptAsync();

        var exception = await Loopback.FailsAsync($"{scheme}://127.0.0.1:{loopback.Port}/", Hasty);

        Assert.Equal(EndpointFailure.TimedOut, exception.Failure);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        (await accepting).Dispose();
    }

    [Fact]
    public async Task Plain_text_is_no_tls()
    {
        using var loopback = new Loopback();
        var accepting = loopback.AcceptAsync();
        var opening = Loopback.FailsAsync($"wss://127.0.0.1:{loopback.Port}/");
        var peer = await accepting;

        await Loopback.SendAsync(peer, "220 mail.example.org ESMTP\r\n");

        Assert.Equal(EndpointFailure.TlsFailed, (await opening).Failure);
        peer.Dispose();
    }

    internal static string Accepted(string head, string more = "")
    {
        var key = Regex.Match(head, "Sec-WebSocket-Key: (.*)\r\n").Groups[1].Value;
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Handshake.ComputeAccept(key)}\r\n{more}\r\n";
    }
}
