using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>How the ends of a pipe are written.</summary>
public sealed class EndpointParserTests
{
    [Theory]
    [InlineData("tcp:127.0.0.1:7", "tcp:127.0.0.1:7")]
    [InlineData("tcp://db.example:5432", "tcp:db.example:5432")]
    [InlineData("tcp:[::1]:80", "tcp:[::1]:80")]
    [InlineData("tcp-listen:127.0.0.1:0", "tcp-listen:127.0.0.1:0")]
    [InlineData("tcp-listen:9001", "tcp-listen:127.0.0.1:9001")]
    [InlineData("tcp-listen:[::]:9001", "tcp-listen:[::]:9001")]
    [InlineData("unix:/run/x.sock", "unix:/run/x.sock")]
    [InlineData("unix:///run/x.sock", "unix:/run/x.sock")]
    [InlineData("unix-listen:x.sock", "unix-listen:x.sock")]
    [InlineData("ws://example.org/chat?room=secret", "ws://example.org/chat")]
    [InlineData("ws://user:secret@example.org:8080/", "ws://example.org:8080/")]
    [InlineData("wss://example.org", "wss://example.org/")]
    [InlineData("wss://[::1]:8443/a", "wss://[::1]:8443/a")]
    [InlineData("ws-listen:127.0.0.1:9001/chat", "ws-listen:127.0.0.1:9001/chat")]
    [InlineData("ws-listen:9001", "ws-listen:127.0.0.1:9001")]
    [InlineData("stdio", "stdio")]
    [InlineData("stdio:", "stdio")]
    [InlineData("-", "stdio")]
    [InlineData("exec:tr a-z A-Z", "exec:tr")]
    [InlineData("echo:", "echo:")]
    [InlineData("discard:", "discard:")]
    public void A_good_end_has_a_name_without_secrets(string text, string name)
    {
        var endpoint = EndpointParser.Parse(text, out var error);

        Assert.Empty(error);
        Assert.Equal(name, endpoint?.Name);
    }

    [Theory]
    [InlineData("", "'' is no end of a pipe; write tcp:HOST:PORT, ")]
    [InlineData("udp:1.2.3.4:5", "'udp:1.2.3.4:5' is no end of a pipe")]
    [InlineData("http://example.org/", "is no end of a pipe")]
    [InlineData("tcp:localhost", "tcp: 'localhost' has no port; write tcp:HOST:PORT")]
    [InlineData("tcp:[::1]", "tcp: '[::1]' has no port")]
    [InlineData("tcp:::1:80", "tcp: write an IPv6 address in brackets: tcp:[::1]:80")]
    [InlineData("tcp:[1.2.3.4]:80", "tcp: '1.2.3.4' is no IPv6 address")]
    [InlineData("tcp::80", "tcp: '' is no host")]
    [InlineData("tcp:a b:80", "tcp: 'a b' is no host")]
    [InlineData("tcp:host:http", "tcp: 'http' is no port; write 1 to 65535")]
    [InlineData("tcp:host:0", "tcp: '0' is no port; write 1 to 65535")]
    [InlineData("tcp:host:65536", "tcp: '65536' is no port")]
    [InlineData("tcp:host:-1", "tcp: '-1' is no port")]
    [InlineData("tcp-listen:example.org:80", "'example.org' is no address of this machine")]
    [InlineData("tcp-listen:", "tcp-listen: '' is no port; write 0 (any free one) to 65535")]
    [InlineData("unix:", "unix: the path is missing; write unix:PATH")]
    [InlineData("ws:example.org", "ws: 'ws:example.org' is no URL; write ws://HOST[:PORT]/PATH")]
    [InlineData("ws://", "ws: 'ws://' is no URL")]
    [InlineData("ws://u:secret@h:99999/", "ws: '…@h:99999/' is no URL")]
    [InlineData("ws://example.org/#a", "ws: a WebSocket URL has no fragment; write %23 for #")]
    [InlineData("ws://a%0Ab@example.org/", "ws: user and password must not hold control characters")]
    [InlineData("ws-listen:9001/a?b", "ws-listen: '/a?b' is no path")]
    [InlineData("exec:", "exec: the command is missing; write exec:COMMAND")]
    [InlineData("exec: ", "exec: the command is missing")]
    [InlineData("echo:x", "echo: nothing may follow, but 'x' does")]
    public void A_bad_end_is_explained(string text, string message)
    {
        var endpoint = EndpointParser.Parse(text, out var error);

        Assert.Null(endpoint);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_path_is_no_longer_than_the_kernel_takes()
    {
        Assert.NotNull(EndpointParser.Parse($"unix:/{new string('a', 106)}", out _));
        Assert.Null(EndpointParser.Parse($"unix:/{new string('a', 107)}", out var error));
        Assert.Contains("longer than 107 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_url_is_sent_as_it_was_written()
    {
        var endpoint = Loopback.Parse("wss://u%40x:p%3Aq@example.org:443/a%20b?c=d&e");

        Assert.Equal("/a%20b?c=d&e", endpoint.Path);
        Assert.Equal("u@x:p:q", endpoint.Credentials);
        Assert.Equal("example.org", endpoint.HostHeader);
        Assert.True(endpoint.IsSecure);
    }
}
