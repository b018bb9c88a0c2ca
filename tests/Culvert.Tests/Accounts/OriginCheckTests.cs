using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Tests.Accounts;

public sealed class OriginCheckTests
{
    private readonly OriginCheck _check = new(new AccountOptions { AllowedOrigins = ["https://app.example"] });

    [Theory]
    [InlineData("http://chat.example", "chat.example", true)]
    [InlineData("https://chat.example", "chat.example", true)]
    [InlineData("http://CHAT.example:80", "chat.example", true)]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", "[::1]:8080", true)]
    [InlineData("https://app.example", "chat.example", true)]
    [InlineData("http://app.example", "chat.example", false)]
    [InlineData("http://chat.example:8080", "chat.example", false)]
    [InlineData("http://chat.example.evil.example", "chat.example", false)]
    [InlineData("http://evil.example", "chat.example", false)]
    [InlineData("null", "chat.example", false)]
    [InlineData("file://chat.example", "chat.example", false)]
    [InlineData(null, "chat.example", false)]
    public void A_cookie_opens_a_socket_for_pages_of_the_server_only(string? origin, string host, bool allowed)
    {
        Assert.Equal(allowed, _check.AllowsUpgrade(NewContext(host, byCookie: true, ("Origin", origin))));
    }

    [Fact]
    public void A_token_opens_a_socket_from_anywhere()
    {
        Assert.True(_check.AllowsUpgrade(NewContext("h", byCookie: false, ("Origin", "http://evil.example"))));
        Assert.True(_check.AllowsUpgrade(NewContext("h", byCookie: false, ("Origin", null))));
    }

    [Theory]
    [InlineData("same-origin", "http://evil.example", null, true)]
    [InlineData("none", null, null, true)]
    [InlineData("same-site", "http://www.chat.example", null, false)]
    [InlineData("cross-site", "http://evil.example", null, false)]
    [InlineData("cross-site", "https://app.example", null, true)]
    [InlineData(null, "http://chat.example", null, true)]
    [InlineData(null, "http://evil.example", "http://chat.example/x", false)]
    [InlineData(null, null, "http://chat.example/x?y", true)]
    [InlineData(null, null, "http://evil.example/chat.example", false)]
    [InlineData(null, null, null, false)]
    public void A_change_by_cookie_needs_a_sign_of_its_page(string? site, string? origin, string? referer, bool allowed)
    {
        var context = NewContext(
            "chat.example", byCookie: true, ("Sec-Fetch-Site", site), ("Origin", origin), ("Referer", referer));

        Assert.Equal(allowed, _check.AllowsUnsafe(context.Request));
    }

    private static DefaultHttpContext NewContext(
        string host, bool byCookie, params (string Name, string? Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host);
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                context.Request.Headers[name] = value;
            }
        }

        context.Features.Set(new CallerFeature(new Caller
        {
            UserId = 5,
            Name = "x",
            ServerRole = RoomRole.Member,
            CredentialId = 6,
            ByCookie = byCookie,
        }));
        return context;
    }
}
