using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class UserEndpointsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_owner_token_makes_users_before_anything_is_set_up()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/users", new { name = "Ann", password = TestServer.Password }, server.OwnerToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var user = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal("Ann", (string?)user?["name"]);
        Assert.Equal("member", (string?)user?["role"]);
        Assert.False((bool?)user?["disabled"]);
    }

    [Theory]
    [InlineData(RegistrationPolicy.Invite, 403)]
    [InlineData(RegistrationPolicy.Closed, 403)]
    [InlineData(RegistrationPolicy.Open, 201)]
    public async Task A_stranger_makes_an_account_only_where_registration_is_open(RegistrationPolicy policy, int status)
    {
        await using var server = await StartAsync(policy);

        var answer = await server.StatusAsync(
            HttpMethod.Post, "/v1/users", new { name = "Ann", password = TestServer.Password });

        Assert.Equal(status, (int)answer);
    }

    [Fact]
    public async Task A_stranger_takes_no_role()
    {
        await using var server = await StartAsync(RegistrationPolicy.Open);

        await server.RefusedAsync(
            403,
            "forbidden",
            HttpMethod.Post,
            "/v1/users",
            new { name = "Ann", password = TestServer.Password, role = "owner" });
    }

    [Fact]
    public async Task A_stranger_makes_only_so_many_accounts_an_hour()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Accounts = options.Accounts with { Registration = RegistrationPolicy.Open, RegistrationsPerHour = 2 },
        });
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, $"user{i}"));
        }

        var problem = await server.RefusedAsync(
            429,
            "rate_limited",
            HttpMethod.Post,
            "/v1/users",
            new { name = "user2", password = TestServer.Password });

        Assert.Equal(1_800_000, (int?)problem["after_ms"]);
        server.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, "user2"));
    }

    [Theory]
    [InlineData("""{"password":"correct horse"}""", 400, "missing_field")]
    [InlineData("""{"name":"Ann"}""", 400, "missing_field")]
    [InlineData("""{"name":7,"password":"correct horse"}""", 400, "bad_field")]
    [InlineData("""{"name":"Ann","password":"correct horse","role":"king"}""", 400, "bad_field")]
    [InlineData("""{"name":"Ann","password":"short"}""", 400, "bad_field")]
    [InlineData("""{"name":"","password":"correct horse"}""", 400, "invalid_name")]
    [InlineData("""{"name":"Owner","password":"correct horse"}""", 400, "invalid_name")]
    [InlineData("""{"name":"BEA","password":"correct horse"}""", 409, "name_taken")]
    [InlineData("""[]""", 400, "bad_field")]
    [InlineData("""null""", 400, "bad_field")]
    [InlineData("""{"name":""", 400, "bad_json")]
    [InlineData("", 400, "bad_json")]
    [InlineData("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 400, "too_deep")]
    public async Task A_bad_body_is_told_what_is_wrong_with_it(string json, int status, string code)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Bea");

        await server.RefusedAsync(status, code, HttpMethod.Post, "/v1/users", Json(json), server.OwnerToken);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin1")]
    public async Task Only_json_is_taken(string contentType)
    {
        await using var server = await TestServer.StartAsync();
        var content = new StringContent("{}");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        await server.RefusedAsync(415, "unsupported_type", HttpMethod.Post, "/v1/users", content, server.OwnerToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_body_is_refused_with_or_without_a_length(bool chunked)
    {
        await using var server = await TestServer.StartAsync();
        var content = Json($$"""{"name":"Ann","password":"{{new string('x', JsonBody.MaxBytes)}}"}""");
        var headers = chunked ? new[] { ("Transfer-Encoding", "chunked") } : [];

        await server.RefusedAsync(
            413, "too_large", HttpMethod.Post, "/v1/users", content, server.OwnerToken, null, headers);
    }

    [Fact]
    public async Task Only_owners_list_users()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");

        using var response = await server.SendAsync(HttpMethod.Get, "/v1/users", token: server.OwnerToken);
        var list = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);

        Assert.Equal(["Ann", "owner"], list!["users"]!.AsArray().Select(user => (string?)user!["name"]));
        Assert.DoesNotContain("hash", list.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        await server.RefusedAsync(403, "forbidden", HttpMethod.Get, "/v1/users", cookie: cookie);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, "/v1/users");
    }

    [Fact]
    public async Task S_04_A_new_password_ends_every_other_session_and_gives_this_one_another_secret()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var other = await server.SignInAsync("Ann");
        var token = await server.MintAsync(new { name = "robot" }, cookie: cookie);
        var body = new { password = "another horse", current = TestServer.Password };

        using var answer = await server.SendAsync(HttpMethod.Post, "/v1/users/Ann/password", body, cookie: cookie);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: TestServer.CookieOf(answer)));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: other));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(token));
        await server.SignInAsync("Ann", "another horse");
    }

    [Fact]
    public async Task A_password_is_changed_by_who_knows_it_or_by_an_owner()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        await server.CreateUserAsync("Bea");
        var ann = await server.SignInAsync("Ann");
        var change = new { password = "another horse" };

        await server.RefusedAsync(
            400, "missing_field", HttpMethod.Post, "/v1/users/Ann/password", change, cookie: ann);
        await server.RefusedAsync(
            403,
            "forbidden",
            HttpMethod.Post,
            "/v1/users/Ann/password",
            new { password = "another horse", current = "wrong horse" },
            cookie: ann);
        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/users/Bea/password", change, cookie: ann);
        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/users/Zoe/password", change, cookie: ann);
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Post, "/v1/users/Zoe/password", change, server.OwnerToken);
        Assert.Equal(
            HttpStatusCode.NoContent,
            await server.StatusAsync(HttpMethod.Post, "/v1/users/Ann/password", change, server.OwnerToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: ann));
    }

    [Fact]
    public async Task A_disabled_user_is_out_at_once_and_cannot_come_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        var token = await server.MintAsync(new { name = "robot" }, cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(server, "Ann", new { disabled = true }));

        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(token));
        await server.RefusedAsync(
            401,
            "bad_credentials",
            HttpMethod.Post,
            "/v1/session",
            new { name = "Ann", password = TestServer.Password });
    }

    [Fact]
    public async Task A_new_role_counts_from_the_next_request_on()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        var cookie = await server.SignInAsync("Ann");
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: cookie));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(server, "Ann", new { role = "moderator" }));

        using var response = await server.SendAsync(HttpMethod.Get, "/v1/me", cookie: cookie);
        var me = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal("moderator", (string?)me?["role"]);
    }

    [Fact]
    public async Task The_last_owner_and_the_built_in_one_stay()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "owner");

        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Patch, "/v1/users/Ann", new { role = "member" }, server.OwnerToken);
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Patch, "/v1/users/owner", new { disabled = true }, server.OwnerToken);
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Patch, "/v1/users/Zoe", new { disabled = true }, server.OwnerToken);
        await server.CreateUserAsync("Bea", "owner");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(server, "Ann", new { role = "member" }));
    }

    private static Task<TestServer> StartAsync(RegistrationPolicy policy) => TestServer.StartAsync(
        options => options with { Accounts = options.Accounts with { Registration = policy } });

    private static Task<HttpStatusCode> RegisterAsync(TestServer server, string name) =>
        server.StatusAsync(HttpMethod.Post, "/v1/users", new { name, password = TestServer.Password });

    private static Task<HttpStatusCode> PatchAsync(TestServer server, string name, object body) =>
        server.StatusAsync(HttpMethod.Patch, $"/v1/users/{name}", body, server.OwnerToken);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
