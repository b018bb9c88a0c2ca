using System.Net.Sockets;
using System.Runtime.Versioning;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Ends that wait for others.</summary>
public sealed class ListenerTests
{
    private const string Request = "GET /chat HTTP/1.1\r\nHost: here:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_socket_file_is_its_owners_and_goes_with_the_listener()
    {
        var path = TemporaryPath();
        using (Listener.Bind(Loopback.Parse($"unix-listen:{path}"), TimeProvider.System))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_socket_file_that_somebody_listens_at_is_left_to_them()
    {
        var endpoint = Loopback.Parse($"unix-listen:{TemporaryPath()}");
        using var first = Listener.Bind(endpoint, TimeProvider.System);

        var failure = Assert.Throws<EndpointException>(() => Listener.Bind(endpoint, TimeProvider.System));

        Assert.EndsWith("cannot listen: the address is in use", failure.Message);
        Assert.True(File.Exists(endpoint.Path));
    }

    [Fact]
    public void A_socket_file_that_was_left_behind_is_replaced()
    {
        var path = TemporaryPath();
        var moved = $"{path}.moved";
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // The runtime removes the file at its own path; a crash would not.
            left.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, moved);
        }

        using var listener = Listener.Bind(Loopback.Parse($"unix-listen:{moved}"), TimeProvider.System);

        Assert.True(File.Exists(moved));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        var path = TemporaryPath();
        File.WriteAllText(path, "precious");

        var failure = Assert.Throws<EndpointException>(
            () => Listener.Bind(Loopback.Parse($"unix-listen:{path}"), TimeProvider.System));

        Assert.EndsWith("a file is there that is no socket", failure.Message);
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void A_port_that_is_taken_is_an_error()
    {
        using var first = Listener.Bind(Loopback.Parse("tcp-listen:0"), TimeProvider.System);

        var failure = Assert.Throws<EndpointException>(
            () => Listener.Bind(Loopback.Parse(first.Endpoint.Name), TimeProvider.System));

        Assert.Equal(EndpointFailure.CannotListen, failure.Failure);
        Assert.EndsWith("cannot listen: the address is in use", failure.Message);
    }

    [Theory]
    [InlineData("GET /other HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found", "The WebSocket is at /chat.")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a\r\n\r\n", "426 Upgrade Required", "Upgrade: websocket is missing")]
    [InlineData("POST /chat HTTP/1.1\r\nHost: a\r\n\r\n", "405 Method Not Allowed", "Allow: GET")]
    [InlineData("hello\r\n\r\n", "400 Bad Request", "no HTTP/1.1 request")]
    [InlineData("GET /chat HTTP/1.1\r\nbad header\r\n\r\n", "400 Bad Request", "no HTTP/1.1 request")]
    [InlineData(Request + "Origin: http://evil.example\r\n\r\n", "403 Forbidden", "--allow-origin")]
    [InlineData(Request + "Origin: null\r\n\r\n", "403 Forbidden", "--allow-origin")]
    public async Task Who_asks_for_something_else_gets_an_answer(string request, string status, string text)
    {
        var (taken, answer) = await AskAsync(request);

        Assert.Null(taken);
        Assert.StartsWith($"HTTP/1.1 {status}\r\nConnection: close", answer);
        Assert.Contains(text, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Origin: http://here:1\r\n")]
    [InlineData("Origin: https://friend.example\r\n")]
    [InlineData("Sec-WebSocket-Protocol: a, b\r\n")]
    public async Task A_client_is_let_in_and_told_the_subprotocol(string headers)
    {
        var (leg, answer) = await AskAsync(Request + headers + "\r\n");

        Assert.Equal(LegKind.WebSocketServer, leg?.Kind);
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", answer);
        Assert.Equal(headers.Contains("a, b"), answer.Contains("\r\nSec-WebSocket-Protocol: b\r\n"));
    }

    [Theory]
    [InlineData("Origin: http://here:1\r\n")]
    [InlineData("Origin: https://friend.example\r\n")]
    public async Task No_page_is_let_in_where_none_may_be(string headers)
    {
        var (taken, answer) = await AskAsync(Request + headers + "\r\n", origins: null);

        Assert.Null(taken);
        Assert.StartsWith("HTTP/1.1 403 ", answer);
    }

    private static Task<(WebSocketLeg? Leg, string Answer)> AskAsync(string text) =>
        AskAsync(text, ["https://friend.example"]);

    private static async Task<(WebSocketLeg? Leg, string Answer)> AskAsync(string text, IReadOnlyList<string>? origins)
    {
        using var listener = Listener.Bind(Loopback.Parse("ws-listen:0/chat"), TimeProvider.System);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync("127.0.0.1", listener.Endpoint.Port, Loopback.Cancelled);
        await Loopback.SendAsync(client, text);
        var socket = await listener.AcceptAsync(Loopback.Cancelled).WaitAsync(Loopback.Limit, Loopback.Cancelled);
        var leg = new SocketLeg(socket, "client", TimeProvider.System);

        var request = await WebSocketRequest.ReadAsync(leg, listener.Endpoint, origins, Loopback.Cancelled);
        var taken = request is null ? null : await request.AcceptAsync("b", Loopback.Cancelled);

        await leg.FinishAsync();
        var answer = await Loopback.ReceiveToEndAsync(client);
        client.Close();
        await leg.DisposeAsync();
        return (taken, answer);
    }

    private static string TemporaryPath() =>
        Path.Combine(Path.GetTempPath(), $"culvert-{Path.GetRandomFileName()}");
}
