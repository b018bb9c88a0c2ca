using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Which redirects are followed, and with what.</summary>
public sealed class RedirectTests
{
    private static readonly DialRequest Request = new()
    {
        Path = "/asked",
        Headers = [new("authorization", "a"), new("X-Own", "b"), new("Host", "c")],
        PrivateHeaders = ["host"],
    };

    [Theory]
    [InlineData("ws://u:p@a.example/x/y?z", "../b", "ws://a.example/b", true)]
    [InlineData("ws://u:p@a.example/", "b", "ws://a.example/b", true)]
    [InlineData("ws://u:p@a.example/x", "?q=1", "ws://a.example/x", true)]
    [InlineData("ws://u:p@a.example/", "http://A.EXAMPLE:80/", "ws://a.example/", true)]
    [InlineData("ws://u:p@a.example/", "ws://a.example:81/", "ws://a.example:81/", false)]
    [InlineData("ws://u:p@a.example/", "https://a.example/", "wss://a.example/", false)]
    [InlineData("ws://u:p@a.example/", "ws://b.example/", "ws://b.example/", false)]
    [InlineData("ws://u:p@a.example/", "ws://[::1]:9/", "ws://[::1]:9/", false)]
    [InlineData("wss://u:p@a.example/", "https://a.example/b", "wss://a.example/b", true)]
    [InlineData("wss://u:p@a.example/", "//b.example:444/", "wss://b.example:444/", false)]
    public void What_is_followed_keeps_its_secrets_at_their_origin(
        string from, string location, string expected, bool isSame)
    {
        var next = Redirect.Follow(Parse(from), Request, location, out var why);

        Assert.Equal("", why);
        var (endpoint, request) = Assert.NotNull(next);
        Assert.Equal(expected, endpoint.Name);
        Assert.Equal(isSame ? "u:p" : null, endpoint.Credentials);
        Assert.Equal(isSame ? 3 : 1, request.Headers.Count);
        Assert.Contains(request.Headers, header => header.Key == "X-Own");
    }

    [Theory]
    [InlineData("wss://a.example/", "ws://a.example/")]
    [InlineData("wss://a.example/", "http://a.example/")]
    [InlineData("ws://a.example/", "file:///etc/passwd")]
    [InlineData("ws://a.example/", "ws://u@a.example/")]
    [InlineData("ws://a.example/", "http://a b/")]
    [InlineData("ws://a.example/", null)]
    public void What_leaves_TLS_or_is_no_WebSocket_is_not_followed(string from, string? location)
    {
        Assert.Null(Redirect.Follow(Parse(from), Request, location, out var why));
        Assert.NotEqual("", why);
    }

    private static Endpoint Parse(string text) => Assert.IsType<Endpoint>(EndpointParser.Parse(text, out _));
}
