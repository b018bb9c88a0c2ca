using System.Net;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class RecentSignInTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(10);

    /// <summary>The table of docs/access.md.</summary>
    public static TheoryData<string, string, string> Acts => new()
    {
        { "PATCH", "/v1/users/bea", """{"role":"moderator"}""" },
        { "PATCH", "/v1/users/bea", """{"disabled":true}""" },
        { "POST", "/v1/users/bea/password", """{"password":"another horse","current":"correct horse"}""" },
        { "POST", "/v1/users/bea/reset", "{}" },
        { "POST", "/v1/users", """{"name":"cleo","password":"another horse","role":"owner"}""" },
        { "POST", "/v1/users", """{"name":"cleo","password":"another horse","role":"moderator"}""" },
        { "POST", "/v1/tokens", """{"name":"robot"}""" },
        { "POST", "/v1/tokens", """{"name":"robot","scopes":["read","owner"]}""" },
        { "POST", "/v1/tokens", """{"name":"robot","scopes":["read"],"user":"bea"}""" },
    };

    /// <summary>What is not in it.</summary>
    public static TheoryData<string, string, string> OtherActs => new()
    {
        { "POST", "/v1/users/ann/password", """{"password":"another horse","current":"correct horse"}""" },
        { "POST", "/v1/users", """{"name":"cleo","password":"another horse"}""" },
        { "POST", "/v1/tokens", """{"name":"robot","scopes":["read","write"]}""" },
        { "POST", "/v1/invites", "{}" },
    };

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task S_18_An_old_sign_in_is_not_enough_and_a_new_one_is(string method, string path, string json)
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        server.Time.Advance(TooLong);

        using (var body = Json(json))
        {
            var problem = await server.RefusedAsync(
                403, "sign_in_too_old", new HttpMethod(method), path, body, cookie: ann);
            Assert.Contains("sign in again", (string?)problem["title"], StringComparison.Ordinal);
        }

        ann = await server.SignInAsync("ann", cookie: ann);
        server.Time.Advance(TooLong - TimeSpan.FromSeconds(1));
        Assert.True(await IsDoneAsync(server, method, path, json, null, ann));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task S_18_A_token_is_not_asked_for_a_password(string method, string path, string json)
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        var token = await server.MintAsync(new { name = "robot" }, cookie: ann);
        server.Time.Advance(TimeSpan.FromDays(3));

        Assert.True(await IsDoneAsync(server, method, path, json, token, null));
    }

    [Theory]
    [MemberData(nameof(OtherActs))]
    public async Task S_18_What_takes_nothing_from_others_needs_no_recent_sign_in(
        string method, string path, string json)
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        server.Time.Advance(TooLong);

        Assert.True(await IsDoneAsync(server, method, path, json, null, ann));
    }

    [Fact]
    public async Task S_18_A_member_makes_tokens_of_its_own_at_any_time_and_is_refused_the_rest_as_before()
    {
        await using var server = await StartAsync();
        var bea = await server.SignInAsync("bea");
        server.Time.Advance(TooLong);

        await server.MintAsync(new { name = "robot" }, cookie: bea);
        await server.RefusedAsync(
            403, "forbidden", HttpMethod.Patch, "/v1/users/ann", new { role = "member" }, cookie: bea);
    }

    [Fact]
    public async Task S_18_How_long_is_a_setting()
    {
        await using var server = await StartAsync(TimeSpan.FromMinutes(1));
        var ann = await server.SignInAsync("ann");
        server.Time.Advance(TimeSpan.FromMinutes(1));

        await server.RefusedAsync(
            403, "sign_in_too_old", HttpMethod.Post, "/v1/users/bea/reset", new { }, cookie: ann);
    }

    private static async Task<TestServer> StartAsync(TimeSpan? recent = null)
    {
        var server = await TestServer.StartAsync(options => recent is not { } time ? options : options with
        {
            Accounts = options.Accounts with { RecentSignIn = time },
        });
        await server.CreateUserAsync("ann", "owner");
        await server.CreateUserAsync("bea");
        return server;
    }

    private static async Task<bool> IsDoneAsync(
        TestServer server, string method, string path, string json, string? token, string? cookie)
    {
        using var body = Json(json);
        return await server.StatusAsync(new HttpMethod(method), path, body, token, cookie) < HttpStatusCode.BadRequest;
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
