using Culvert.Server.Pipes;
using static Culvert.Tests.Pipes.GatewayClient;

namespace Culvert.Tests.Pipes;

/// <summary>Whom a gateway lets in, and to which of several back ends.</summary>
public sealed class GatewayAdmissionTests
{
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
}
