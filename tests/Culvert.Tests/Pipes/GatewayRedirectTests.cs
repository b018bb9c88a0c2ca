using Culvert.Server.Pipes;
using Culvert.Tests.Pipes.Rows;
using static Culvert.Tests.Pipes.GatewayClient;

namespace Culvert.Tests.Pipes;

/// <summary>Back ends that lead somewhere else, where the route says what to do then: row 5.1-06.</summary>
public sealed class GatewayRedirectTests
{
    private static readonly string[] Secrets = ["Cookie: theme=dark", "Authorization: Bearer secret", "X-Own: kept"];

    [Theory]
    [InlineData(301, "/there?a=1")]
    [InlineData(302, "there?a=1#part")]
    [InlineData(303, "//127.0.0.1:{0}/there?a=1")]
    [InlineData(307, "ws://127.0.0.1:{0}/there?a=1")]
    [InlineData(308, "http://127.0.0.1:{0}/there?a=1")]
    [Row("5.1-06", Way.Opening)]
    public async Task Back_end_answers_3xx_and_is_asked_again_at_its_own_address(int status, string location)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(Following(backEnd.Target));
        using var client = await OpenAsync(server, "/gw?q=1", [.. Secrets, "Sec-WebSocket-Protocol: one, two"]);
        var first = await RedirectAsync(backEnd, string.Format(null, location, backEnd.Port), status);
        var (peer, request) = await backEnd.AgreeAsync("Sec-WebSocket-Protocol: two\r\n");

        Assert.StartsWith("GET /there?a=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nCookie: theme=dark\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer secret\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Tenant: 7\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Own: kept\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: one, two\r\n", request, StringComparison.Ordinal);
        Assert.NotEqual(KeyOf(first), KeyOf(request));
        var answer = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: two\r\n", answer, StringComparison.Ordinal);
        await client.SendTextAsync("over");
        Assert.Equal("over", await peer.ReadTextAsync());
        peer.Dispose();
    }

    [Fact]
    [Row("5.1-06", Way.Opening)]
    public async Task Another_origin_gets_no_credentials_and_none_of_the_routes_headers_also_on_the_way_back()
    {
        using var one = new ScriptedBackEnd();
        using var two = new ScriptedBackEnd();
        await using var server = await StartAsync(Following(one.Target));
        using var client = await OpenAsync(server, "/gw", Secrets);
        await RedirectAsync(one, $"{two.Target}/x");
        var second = await RedirectAsync(two, $"{one.Target}/y");
        var (peer, third) = await one.AgreeAsync();

        foreach (var request in (string[])[second, third])
        {
            Assert.DoesNotContain("Cookie", request, StringComparison.Ordinal);
            Assert.DoesNotContain("Authorization", request, StringComparison.Ordinal);
            Assert.DoesNotContain("X-Tenant", request, StringComparison.Ordinal);
            Assert.Contains("\r\nX-Own: kept\r\n", request, StringComparison.Ordinal);
        }

        Assert.Contains($"\r\nHost: 127.0.0.1:{two.Port}\r\n", second, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        peer.Dispose();
    }

    [Fact]
    [Row("5.1-06", Way.Opening)]
    public async Task No_more_redirects_are_followed_than_the_route_says()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(Following(backEnd.Target));
        using var client = await OpenAsync(server);
        for (var i = 0; i < 3; i++)
        {
            await RedirectAsync(backEnd, "/again");
        }

        var answer = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.Contains("received-status=302", answer, StringComparison.Ordinal);
        Assert.False(backEnd.HasCaller);
    }

    [Fact]
    [Row("5.1-06", Way.Opening)]
    public async Task An_address_outside_of_the_allowed_networks_is_not_dialled_for_a_redirect_either()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(
            Following(backEnd.Target) with { AllowNetworks = ["127.0.0.1/32"] });
        using var client = await OpenAsync(server);
        await RedirectAsync(backEnd, $"ws://127.0.0.2:{backEnd.Port}/");

        var answer = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("error=destination_ip_prohibited", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("ws://user:secret@127.0.0.1/")]
    [InlineData("http://:99999/")]
    [Row("5.1-06", Way.Opening)]
    public async Task A_redirect_that_leads_nowhere_is_a_502(string? location)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(Following(backEnd.Target));
        using var client = await OpenAsync(server);
        await RedirectAsync(backEnd, location);

        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.False(backEnd.HasCaller);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Row("5.1-06", Way.Opening)]
    public async Task A_redirect_is_passed_on_where_the_route_says_so(int followed)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], MaxRedirects = followed, PassRedirects = true });
        using var client = await OpenAsync(server);
        for (var i = 0; i <= followed; i++)
        {
            await RedirectAsync(backEnd, $"https://page.example/{i}", 307, isLocal: i < followed);
        }

        var answer = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 307 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nLocation: https://page.example/{followed}\r\n", answer, StringComparison.Ordinal);
    }

    private static PipeRouteOptions Following(string target) =>
        new() { Targets = [target], MaxRedirects = 2, SetHeaders = ["X-Tenant: 7"] };

    /// <summary>The next request, which is led on; and its connection is ended properly.</summary>
    private static async Task<string> RedirectAsync(
        ScriptedBackEnd backEnd, string? location, int status = 302, bool isLocal = false)
    {
        var (peer, request) = await backEnd.AcceptAsync();
        var header = isLocal ? "Location: /next\r\n" : location is null ? "" : $"Location: {location}\r\n";
        await peer.SendAsync(Latin1($"HTTP/1.1 {status} There\r\n{header}Content-Length: 0\r\n\r\n"));
        await peer.MustEndAsync();
        peer.Dispose();
        return request;
    }

    private static string KeyOf(string request) =>
        request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
}
