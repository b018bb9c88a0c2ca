using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Tests.Hosting;
using Culvert.Tests.Support;

namespace Culvert.Tests.Accounts;

public sealed class SessionListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task T1_09_Signing_out_ends_the_sockets_of_the_session_within_a_second() =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var server = await StartAsync();
            var cookie = await server.SignInAsync("Ann");
            var other = await server.SignInAsync("Ann");
            using var tab = await LiveLines.OpenAsync(server, cookie, "lobby");
            using var elsewhere = await LiveLines.OpenAsync(server, other, "lobby");

            var started = Stopwatch.GetTimestamp();
            await server.StatusAsync(HttpMethod.Delete, "/v1/session", cookie: cookie);
            var bye = await tab.ReadAsync("bye");
            var took = Stopwatch.GetElapsedTime(started);

            Assert.Equal((4101, "session_ended", false), Told(bye));
            Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
            await elsewhere.SendAsync("""{"id":2,"op":"ping"}""");
            Assert.NotNull((await elsewhere.ReadReplyAsync(2))["ok"]);
            return took;
        });

    [Fact]
    public async Task T1_10_The_list_says_what_tells_one_session_from_another()
    {
        await using var server = await StartAsync();
        await server.CreateUserAsync("Bea");
        await server.SignInAsync("Bea");
        using var first = await server.SendAsync(
            HttpMethod.Post, "/v1/session", Right, null, null, ("User-Agent", "Firefox"));
        server.Time.Advance(TimeSpan.FromMinutes(5));
        var cookie = await server.SignInAsync("Ann");

        var sessions = await ListAsync(server, cookie);

        Assert.Equal([true, false], sessions.Select(one => (bool?)one["current"]));
        Assert.Equal("Firefox", (string?)sessions[1]["agent"]);
        Assert.All(sessions, one => Assert.Equal("127.0.0.0/24", (string?)one["address"]));
        Assert.Equal(300_000, (long?)sessions[0]["createdAt"] - (long?)sessions[1]["createdAt"]);
        Assert.Equal((long?)sessions[1]["createdAt"], (long?)sessions[1]["seenAt"]);
    }

    [Fact]
    public Task T1_10_A_session_ended_from_another_loses_its_socket_within_a_second() =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var server = await StartAsync();
            var phone = await server.SignInAsync("Ann");
            server.Time.Advance(TimeSpan.FromSeconds(1));
            var cookie = await server.SignInAsync("Ann");
            using var tab = await LiveLines.OpenAsync(server, phone, "lobby");
            var id = (long?)(await ListAsync(server, cookie))[1]["id"];

            var started = Stopwatch.GetTimestamp();
            Assert.Equal(
                HttpStatusCode.NoContent,
                await server.StatusAsync(HttpMethod.Delete, $"/v1/sessions/{id}", cookie: cookie));
            var bye = await tab.ReadAsync("bye");
            var took = Stopwatch.GetElapsedTime(started);

            Assert.Equal("session_ended", (string?)bye["why"]);
            Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: phone));
            Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: cookie));
            await server.RefusedAsync(404, "not_found", HttpMethod.Delete, $"/v1/sessions/{id}", cookie: cookie);
            return took;
        });

    [Fact]
    public async Task T1_10_Nobody_ends_anothers_session()
    {
        await using var server = await StartAsync();
        await server.CreateUserAsync("Bea");
        var ann = await server.SignInAsync("Ann");
        var bea = await server.SignInAsync("Bea");
        var id = (long?)(await ListAsync(server, ann))[0]["id"];

        await server.RefusedAsync(404, "not_found", HttpMethod.Delete, $"/v1/sessions/{id}", cookie: bea);
        await server.RefusedAsync(404, "not_found", HttpMethod.Delete, "/v1/sessions/x", cookie: bea);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, "/v1/sessions");

        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: ann));
    }

    [Fact]
    public async Task T1_10_All_others_end_together()
    {
        await using var server = await StartAsync();
        var first = await server.SignInAsync("Ann");
        var second = await server.SignInAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var token = await server.MintAsync(new { name = "robot" }, cookie: cookie);

        Assert.Equal(
            HttpStatusCode.NoContent, await server.StatusAsync(HttpMethod.Delete, "/v1/sessions", cookie: cookie));

        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: first));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: second));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: cookie));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(token));
        Assert.Single(await ListAsync(server, cookie));
    }

    [Fact]
    public async Task T1_10_Ending_the_own_session_takes_the_cookie_back()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");
        var id = (long?)(await ListAsync(server, cookie))[0]["id"];

        using var response = await server.SendAsync(HttpMethod.Delete, $"/v1/sessions/{id}", cookie: cookie);

        Assert.Equal("", TestServer.CookieOf(response));
    }

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.77", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1::/48")]
    [InlineData("", "")]
    [InlineData("somewhere", "")]
    public void T1_10_An_address_is_shown_as_its_network(string address, string shown)
    {
        Assert.Equal(shown, AddressPrefix.Of(address));
    }

    private static object Right => new { name = "Ann", password = TestServer.Password };

    private static (int?, string?, bool?) Told(JsonObject bye) =>
        ((int?)bye["code"], (string?)bye["why"], (bool?)bye["retry"]);

    private static async Task<IReadOnlyList<JsonObject>> ListAsync(TestServer server, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/sessions", cookie: cookie);
        var list = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return [.. list!["sessions"]!.AsArray().Select(one => one!.AsObject())];
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        return server;
    }
}
