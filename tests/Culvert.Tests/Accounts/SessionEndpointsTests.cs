using System.Net;
using Culvert.Server.Accounts;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Accounts;

public sealed class SessionEndpointsTests
{
    [Fact]
    public async Task Signing_in_sets_a_cookie_that_scripts_and_foreign_sites_cannot_use()
    {
        await using var server = await StartAsync();

        using var response = await server.SendAsync(HttpMethod.Post, "/v1/session", Right);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("culvert_session=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(43, TestServer.CookieOf(response).Length);
    }

    [Fact]
    public async Task Under_https_the_cookie_is_bound_to_the_host()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Http = options.Http with { TrustedProxies = ["127.0.0.1"] },
        });
        await server.CreateUserAsync("Ann");

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/session", Right, null, null, ("X-Forwarded-Proto", "https"));

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-culvert_session=", cookie, StringComparison.Ordinal);
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nobody_but_a_trusted_proxy_says_where_a_request_came_from()
    {
        await using var server = await StartAsync();

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/session", Right, null, null, ("X-Forwarded-Proto", "https"));

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("culvert_session=", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ann", "wrong horse")]
    [InlineData("Zoe", "correct horse")]
    [InlineData("owner", "correct horse")]
    [InlineData("", "correct horse")]
    public async Task Every_failure_has_one_text(string name, string password)
    {
        await using var server = await StartAsync();

        var problem = await server.RefusedAsync(
            401, "bad_credentials", HttpMethod.Post, "/v1/session", new { name, password });

        Assert.Equal($"User {name} not found, or the password is wrong", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_name_is_no_pattern()
    {
        await using var server = await StartAsync();

        await server.RefusedAsync(
            401,
            "bad_credentials",
            HttpMethod.Post,
            "/v1/session",
            new { name = "a__", password = TestServer.Password });
        await server.SignInAsync("ANN");
    }

    [Theory]
    [InlineData("Ann")]
    [InlineData("Zoe")]
    public async Task Ten_failures_close_the_account_for_a_while(string name)
    {
        await using var server = await StartAsync();
        var wrong = new { name, password = "wrong horse" };
        for (var i = 0; i < 10; i++)
        {
            await server.RefusedAsync(401, "bad_credentials", HttpMethod.Post, "/v1/session", wrong);
        }

        using var response = await server.SendAsync(HttpMethod.Post, "/v1/session", wrong);

        var problem = await TestServer.ProblemAsync(response, 429, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(30), response.Headers.RetryAfter?.Delta);
        Assert.Equal(30_000, (int?)problem["after_ms"]);
        Assert.True((bool?)problem["retry"]);
        await server.RefusedAsync(429, "rate_limited", HttpMethod.Post, "/v1/session", Right);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await server.SignInAsync("Ann");
    }

    [Fact]
    public async Task Right_passwords_use_nothing_up()
    {
        await using var server = await StartAsync();

        for (var i = 0; i < 12; i++)
        {
            await server.SignInAsync("Ann");
        }
    }

    [Fact]
    public async Task Signing_in_again_replaces_the_session()
    {
        await using var server = await StartAsync();
        var first = await server.SignInAsync("Ann");

        var second = await server.SignInAsync("Ann", cookie: first);

        Assert.NotEqual(first, second);
        await server.RefusedAsync(401, "session_expired", HttpMethod.Get, "/v1/me", cookie: first);
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: second));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_takes_the_cookie_back()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");

        using var response = await server.SendAsync(HttpMethod.Delete, "/v1/session", cookie: cookie);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("", TestServer.CookieOf(response));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Delete, "/v1/session");
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");

        server.Time.Advance(TimeSpan.FromDays(30));

        await server.RefusedAsync(401, "session_expired", HttpMethod.Get, "/v1/me", cookie: cookie);
    }

    [Fact]
    public async Task A_session_in_use_lasts_but_not_for_ever()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");
        for (var day = 20; day < 180; day += 20)
        {
            server.Time.Advance(TimeSpan.FromDays(20));
            Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: cookie));
        }

        server.Time.Advance(TimeSpan.FromDays(20));

        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: cookie));
    }

    [Fact]
    public async Task A_user_has_only_so_many_sessions()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Accounts = options.Accounts with { SessionsPerUser = 2 },
        });
        await server.CreateUserAsync("Ann");
        var first = await server.SignInAsync("Ann");
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: first));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await server.SignInAsync("Ann");

        server.Time.Advance(TimeSpan.FromSeconds(1));
        var third = await server.SignInAsync("Ann");

        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: first));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: second));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: third));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 204)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("X-Nothing", "x", 204)]
    public async Task No_foreign_page_signs_a_browser_in(string header, string value, int status)
    {
        await using var server = await StartAsync();

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/session", Right, null, null, (header, value));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "none", 201)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("X-Nothing", "x", 403)]
    public async Task No_foreign_page_uses_a_signed_in_browser(string header, string value, int status)
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/tokens", new { name = "x" }, null, cookie, (header, value));

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 403)
        {
            await TestServer.ProblemAsync(response, 403, "origin_refused");
        }
    }

    [Fact]
    public async Task Revocations_are_told_before_the_answer()
    {
        await using var server = await StartAsync();
        var cookie = await server.SignInAsync("Ann");
        var seen = new List<Revocation>();
        using var subscription = server.Server.Services.GetRequiredService<Revocations>().Subscribe(seen.Add);

        await server.StatusAsync(HttpMethod.Delete, "/v1/session", cookie: cookie);
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Ann", new { disabled = true }, server.OwnerToken);

        Assert.Equal(
            [RevocationReason.SignedOut, RevocationReason.UserDisabled], seen.Select(one => one.Reason));
        Assert.NotEqual(0, seen[0].CredentialId);
        Assert.Equal(0, seen[1].CredentialId);
    }

    private static object Right => new { name = "Ann", password = TestServer.Password };

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        return server;
    }
}
