using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class ResetTests
{
    private const string NewPassword = "another horse";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_11_A_reset_link_sets_the_password_once_and_ends_every_session()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");
        using var tab = await LiveLines.OpenAsync(server, cookie, "lobby");
        var reset = await ResetAsync(server);

        Assert.Equal(HttpStatusCode.NoContent, await TakeAsync(server, reset));

        Assert.Equal("session_ended", (string?)(await tab.ReadAsync("bye"))["why"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
        await server.SignInAsync("Ann", NewPassword);
        await RefusedAsync(server, reset);
        Assert.Equal($"/reset/{reset["token"]}", (string?)reset["path"]);
    }

    [Fact]
    public async Task T1_11_A_reset_link_expires_after_a_day()
    {
        await using var server = await StartAsync();
        var reset = await ResetAsync(server);

        server.Time.Advance(TimeSpan.FromHours(24));

        await RefusedAsync(server, reset);
        await server.SignInAsync("Ann");
    }

    [Fact]
    public async Task T1_11_Unknown_used_replaced_and_withdrawn_links_look_the_same()
    {
        await using var server = await StartAsync();
        var replaced = await ResetAsync(server);
        var used = await ResetAsync(server);
        await TakeAsync(server, used);
        var withdrawn = await ResetAsync(server);
        await server.StatusAsync(
            HttpMethod.Post, "/v1/users/Ann/password", new { password = "a third horse" }, server.OwnerToken);
        var disabled = await ResetAsync(server);
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Ann", new { disabled = true }, server.OwnerToken);
        var unknown = new JsonObject { ["token"] = new string('A', 22) };

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reset in new[] { replaced, used, withdrawn, disabled, unknown })
        {
            answers.Add((await RefusedAsync(server, reset)).ToJsonString());
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task T1_11_Two_at_once_take_a_link_once()
    {
        await using var server = await StartAsync();
        var reset = await ResetAsync(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TakeAsync(server, reset)));

        Assert.Single(answers, status => status == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task T1_11_A_password_that_is_refused_leaves_the_link_good()
    {
        await using var server = await StartAsync();
        var reset = await ResetAsync(server);
        reset["password"] = "short";

        await server.RefusedAsync(400, "bad_field", HttpMethod.Post, "/v1/reset", reset);

        Assert.Equal(HttpStatusCode.NoContent, await TakeAsync(server, reset));
    }

    [Fact]
    public async Task T1_11_Only_owners_make_reset_links()
    {
        await using var server = await StartAsync();
        await server.CreateUserAsync("Bea", "moderator");
        var bea = await server.SignInAsync("Bea");

        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/users/Ann/reset", cookie: bea);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Post, "/v1/users/Ann/reset");
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Post, "/v1/users/Zoe/reset", token: server.OwnerToken);
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Post, "/v1/users/owner/reset", token: server.OwnerToken);
    }

    [Fact]
    public async Task T1_11_A_changed_password_ends_all_other_sessions_and_their_sockets()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");
        var other = await server.SignInAsync("Ann");
        using var tab = await LiveLines.OpenAsync(server, cookie, "lobby");
        using var elsewhere = await LiveLines.OpenAsync(server, other, "lobby");

        await server.StatusAsync(
            HttpMethod.Post,
            "/v1/users/Ann/password",
            new { password = NewPassword, current = TestServer.Password },
            cookie: cookie);

        Assert.Equal("session_ended", (string?)(await elsewhere.ReadAsync("bye"))["why"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: other));
        await tab.SendAsync("""{"id":2,"op":"ping"}""");
        Assert.NotNull((await tab.ReadReplyAsync(2))["ok"]);
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        return server;
    }

    private static async Task<JsonObject> ResetAsync(TestServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/users/Ann/reset", token: server.OwnerToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static Task<HttpStatusCode> TakeAsync(TestServer server, JsonObject reset) =>
        server.StatusAsync(HttpMethod.Post, "/v1/reset", Form(reset));

    private static Task<JsonObject> RefusedAsync(TestServer server, JsonObject reset) =>
        server.RefusedAsync(403, "link_invalid", HttpMethod.Post, "/v1/reset", Form(reset));

    private static object Form(JsonObject reset) => new { token = (string?)reset["token"], password = NewPassword };
}
