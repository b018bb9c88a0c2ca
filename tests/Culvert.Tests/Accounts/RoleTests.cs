using System.Net;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class RoleTests
{
    [Fact]
    public async Task T1_18_The_last_owner_cannot_demote_himself()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "owner");
        var ann = await server.SignInAsync("Ann");

        var problem = await server.RefusedAsync(
            403, "forbidden", HttpMethod.Patch, "/v1/users/Ann", new { role = "member" }, cookie: ann);

        Assert.Contains("last owner", (string?)problem["detail"], StringComparison.Ordinal);
        await server.CreateUserAsync("Bea", "owner");
        Assert.Equal(HttpStatusCode.OK, await SetRoleAsync(server, "Ann", "member", ann));
        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Patch, "/v1/users/Bea", new { role = "member" }, cookie: ann);
    }

    [Fact]
    public async Task T1_18_A_role_that_is_taken_away_is_gone_from_live_connections_at_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "moderator");
        var ann = await server.SignInAsync("Ann");
        using var tab = await LiveLines.OpenAsync(server, ann, "lobby");
        await server.CreateUserAsync("Bea");

        await SetRoleAsync(server, "Ann", "member", null);

        var bye = await tab.ReadAsync("bye");
        Assert.Equal((4111, "role_changed", true), ((int?)bye["code"], (string?)bye["why"], (bool?)bye["retry"]));
        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Post, "/v1/rooms/lobby/kick", new { user = "Bea" }, cookie: ann);
        using var again = await LiveLines.OpenAsync(server, ann, "lobby");
        await again.SendAsync("""{"id":2,"op":"erase","room":"lobby","seq":1}""");
        Assert.NotNull((await again.ReadReplyAsync(2))["err"]);
    }

    [Theory]
    [InlineData("GET", "/v1/users", null)]
    [InlineData("PATCH", "/v1/users/Bea", """{"role":"owner"}""")]
    [InlineData("PATCH", "/v1/users/Ann", """{"role":"owner"}""")]
    [InlineData("PATCH", "/v1/users/Bea", """{"disabled":true}""")]
    [InlineData("POST", "/v1/users/Bea/password", """{"password":"another horse"}""")]
    [InlineData("POST", "/v1/users/Bea/reset", null)]
    [InlineData("POST", "/v1/invites", "{}")]
    public async Task T1_18_What_owners_do_is_refused_to_members(string method, string path, string? json)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        await server.CreateUserAsync("Bea");
        var ann = await server.SignInAsync("Ann");
        using var body = json is null
            ? null
            : new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        await server.RefusedAsync(403, "forbidden", new HttpMethod(method), path, body, cookie: ann);
    }

    private static Task<HttpStatusCode> SetRoleAsync(TestServer server, string name, string role, string? cookie) =>
        server.StatusAsync(
            HttpMethod.Patch,
            $"/v1/users/{name}",
            new { role },
            cookie is null ? server.OwnerToken : null,
            cookie);
}
