using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Culvert.Tests.Accounts;

public sealed class TokenEndpointsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_owner_token_is_the_owner_without_limits()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);

        using var response = await server.SendAsync(HttpMethod.Get, "/probe", token: server.OwnerToken);

        Assert.Equal("owner Owner All unlimited", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_token_speaks_for_its_user_with_its_scopes()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");

        var token = await server.MintAsync(new { name = "robot", scopes = new[] { "read", "write" } }, cookie: cookie);

        Assert.StartsWith("cv_", token, StringComparison.Ordinal);
        using var response = await server.SendAsync(HttpMethod.Get, "/probe", token: token);
        Assert.Equal("Ann Member Read, Write", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_owner_makes_tokens_for_others()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);
        await server.CreateUserAsync("Bot");
        await server.CreateUserAsync("Ann");
        var ann = await server.SignInAsync("Ann");

        var token = await server.MintAsync(
            new { name = "robot", user = "Bot", scopes = new[] { "read" } }, server.OwnerToken);

        using var response = await server.SendAsync(HttpMethod.Get, "/probe", token: token);
        Assert.Equal("Bot Member Read", await response.Content.ReadAsStringAsync(Cancel));
        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Post, "/v1/tokens", new { name = "robot", user = "Bot" }, cookie: ann);
    }

    [Fact]
    public async Task Only_the_owner_scope_of_an_unlimited_caller_is_unlimited()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);
        await server.CreateUserAsync("Ann", "owner");
        var ann = await server.SignInAsync("Ann");

        var same = await server.MintAsync(new { name = "same" }, server.OwnerToken);
        var less = await server.MintAsync(new { name = "less", scopes = new[] { "read" } }, server.OwnerToken);
        var other = await server.MintAsync(new { name = "other" }, cookie: ann);

        Assert.EndsWith("unlimited", await ProbeAsync(server, same), StringComparison.Ordinal);
        Assert.DoesNotContain("unlimited", await ProbeAsync(server, less), StringComparison.Ordinal);
        Assert.DoesNotContain("unlimited", await ProbeAsync(server, other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_makes_no_token_that_can_more()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var reader = await server.MintAsync(new { name = "r", scopes = new[] { "read" } }, cookie: cookie);
        var bound = await server.MintAsync(new { name = "b", rooms = new[] { "Lobby" } }, cookie: cookie);

        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/tokens", new { name = "x" }, reader);
        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Post, "/v1/tokens", new { name = "x", rooms = new[] { "other" } }, bound);
        await server.RefusedAsync(
            400, "bad_field", HttpMethod.Post, "/v1/tokens", new { name = "x", scopes = new[] { "root" } }, bound);
        var copy = await server.MintAsync(new { name = "copy" }, bound);
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/me", token: copy);
        var me = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal(["lobby"], me!["rooms"]!.AsArray().Select(room => (string?)room));
    }

    [Fact]
    public async Task A_token_is_listed_without_its_secret_until_it_is_withdrawn()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        await server.CreateUserAsync("Bea");
        var ann = await server.SignInAsync("Ann");
        var bea = await server.SignInAsync("Bea");
        var token = await server.MintAsync(new { name = "robot" }, cookie: ann);
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(token));

        var listed = Assert.Single(await ListAsync(server, ann))!;
        var id = (long?)listed["id"];

        Assert.Equal("robot", (string?)listed["name"]);
        Assert.Null(listed["token"]);
        await server.RefusedAsync(404, "not_found", HttpMethod.Delete, $"/v1/tokens/{id}", cookie: bea);
        await server.RefusedAsync(404, "not_found", HttpMethod.Delete, "/v1/tokens/none", cookie: ann);
        Assert.Equal(
            HttpStatusCode.NoContent, await server.StatusAsync(HttpMethod.Delete, $"/v1/tokens/{id}", cookie: ann));
        Assert.Empty(await ListAsync(server, ann));
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, "/v1/me", token: token);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("cv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_bad_bearer_is_refused_and_nothing_else_is_tried(string token)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");

        using var response = await server.SendAsync(HttpMethod.Get, "/v1/me", null, token, cookie);

        await TestServer.ProblemAsync(response, 401, "unauthorized");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_session_secret_is_no_token_and_a_token_no_session()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var token = await server.MintAsync(new { name = "robot" }, cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(token));

        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(token: cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: token));
    }

    [Fact]
    public async Task Another_scheme_leaves_the_cookie_alone()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");

        using var response = await server.SendAsync(
            HttpMethod.Get, "/v1/me", null, null, cookie, ("Authorization", "Basic eDp5"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_ticket_opens_a_stream_once_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var ticket = await TicketAsync(server, cookie);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, $"/v1/me?ticket={ticket}");

        Assert.Equal("Ann Member All", await GetAsync(server, $"/stream?ticket={ticket}"));
        Assert.Equal("Refused", await GetAsync(server, $"/stream?ticket={ticket}"));
        Assert.Equal("Anonymous", await GetAsync(server, $"/probe?ticket={await TicketAsync(server, cookie)}"));
    }

    [Fact]
    public async Task A_ticket_lasts_seconds_and_not_longer_than_its_session()
    {
        await using var server = await TestServer.StartAsync(hooks: Probe);
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var late = await TicketAsync(server, cookie);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        var orphan = await TicketAsync(server, cookie);
        await server.StatusAsync(HttpMethod.Delete, "/v1/session", cookie: cookie);

        Assert.Equal("Refused", await GetAsync(server, $"/stream?ticket={late}"));
        Assert.Equal("Refused", await GetAsync(server, $"/stream?ticket={orphan}"));
    }

    private static ServerHooks Probe => new()
    {
        MapEndpoints = routes =>
        {
            routes.MapGet("/probe", WhoAsync);
            routes.MapGet("/stream", WhoAsync).AcceptsTickets();
        },
    };

    private static Task WhoAsync(HttpContext context)
    {
        var feature = CallerFeature.Of(context);
        var text = feature.Caller is { } caller
            ? $"{caller.Name} {caller.ServerRole} {caller.Scopes}{(caller.IsUnlimited ? " unlimited" : "")}"
            : feature.State.ToString();
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static async Task<string> GetAsync(TestServer server, string path)
    {
        using var response = await server.SendAsync(HttpMethod.Get, path);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<string> ProbeAsync(TestServer server, string token)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/probe", token: token);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<string?> TicketAsync(TestServer server, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/tickets", cookie: cookie);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var reply = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return (string?)reply?["ticket"];
    }

    private static async Task<JsonArray> ListAsync(TestServer server, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/tokens", cookie: cookie);
        var list = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return list!["tokens"]!.AsArray();
    }
}
