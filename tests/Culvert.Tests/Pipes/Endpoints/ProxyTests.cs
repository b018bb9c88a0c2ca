using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Connections through an HTTP proxy.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task A_connection_goes_through_and_keeps_what_the_far_side_says_first()
    {
        using var proxy = new Loopback();
        var answering = proxy.AnswerAsync(_ => "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nbanner");

        var leg = await Loopback.OpenAsync("tcp:db.example:5432", Through($"http://u:p@127.0.0.1:{proxy.Port}"));

        var (head, peer) = await answering;
        Assert.Equal(
            "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n"
                + "Proxy-Authorization: Basic dTpw\r\n\r\n",
            head);
        peer.Dispose();
        Assert.Equal("banner", await Loopback.ReadToEndAsync(leg));
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "answered 407 to CONNECT db.example:5432", 407)]
    [InlineData("hello\r\n\r\n", "gave no HTTP answer to CONNECT db.example:5432", 0)]
    public async Task A_proxy_that_refuses_is_named(string answer, string message, int status)
    {
        using var proxy = new Loopback();
        var answering = proxy.AnswerAsync(_ => answer);

        var failure = await Loopback.FailsAsync("tcp:db.example:5432", Through($"127.0.0.1:{proxy.Port}"));

        Assert.Equal(EndpointFailure.ProxyRefused, failure.Failure);
        Assert.Equal(status, failure.Status);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        (await answering).Peer.Dispose();
    }

    [Fact]
    public async Task A_websocket_goes_through()
    {
        using var proxy = new Loopback();
        var serving = Task.Run(
            async () =>
            {
                var (_, peer) = await proxy.AnswerAsync(_ => "HTTP/1.1 200 OK\r\n\r\n");
                await Loopback.SendAsync(peer, ConnectorTests.Accepted(await Loopback.ReceiveAsync(peer)));
                return peer;
            },
            Loopback.Cancelled);

        var leg = await Loopback.OpenAsync("ws://far.example/x", Through($"127.0.0.1:{proxy.Port}"));

        (await serving).Dispose();
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData("ws://example.org/", "", "plain")]
    [InlineData("wss://example.org/", "", "secure")]
    [InlineData("tcp:example.org:80", "", null)]
    [InlineData("ws://localhost/", "", null)]
    [InlineData("ws://127.0.0.2/", "", null)]
    [InlineData("ws://[::1]/", "", null)]
    [InlineData("ws://example.org/", "*", null)]
    [InlineData("ws://example.org/", "other.org, example.org", null)]
    [InlineData("ws://a.example.org/", ".example.org", null)]
    [InlineData("ws://a.example.org/", "EXAMPLE.org", null)]
    [InlineData("ws://badexample.org/", "example.org", "plain")]
    [InlineData("ws://example.org:81/", "example.org:81", null)]
    [InlineData("ws://example.org:82/", "example.org:81", "plain")]
    [InlineData("ws://10.1.2.3/", "10.1.2.3", null)]
    public void The_variables_say_which_connections_take_a_proxy(string endpoint, string exceptions, string? proxy)
    {
        var rules = new ProxyRules
        {
            Plain = ProxyRules.Parse("http://plain:1"),
            Secure = ProxyRules.Parse("secure:2"),
            Exceptions = exceptions.Split(','),
        };

        Assert.Equal(proxy, rules.For(Loopback.Parse(endpoint))?.Host);
    }

    [Theory]
    [InlineData("socks5://a:1")]
    [InlineData("https://a:1")]
    [InlineData("http://a:1/path")]
    [InlineData("")]
    public void What_is_no_http_proxy_is_not_taken_for_one(string text)
    {
        Assert.Null(ProxyRules.Parse(text));
    }

    private static DialRules Through(string proxy) =>
        new() { Proxies = new ProxyRules { Always = ProxyRules.Parse(proxy) } };
}
