using System.Diagnostics;
using System.Net;
using Culvert.Server.Accounts;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Accounts;

public sealed class SignInSecrecyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_08_An_unknown_name_and_a_wrong_password_differ_in_nothing_but_the_name()
    {
        await using var server = await StartAsync();

        var known = await RefusedAsync(server, "Ann");
        var unknown = await RefusedAsync(server, "Zoe");

        Assert.Equal(known.Status, unknown.Status);
        Assert.Equal(known.Text.Replace("Ann", "Zoe", StringComparison.Ordinal), unknown.Text);
        Assert.Equal(known.Headers, unknown.Headers);
    }

    [Fact]
    public async Task T1_08_An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        await using var server = await StartAsync();
        var sessions = server.Server.Services.GetRequiredService<SessionService>();
        var ratios = new List<double>();

        // Other work on the machine is in the times; what the code does differently would be in every one of them.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var known = new List<TimeSpan>();
            var unknown = new List<TimeSpan>();
            for (var i = 0; i < 60; i++)
            {
                known.Add(await TimeAsync(sessions, "Ann"));
                unknown.Add(await TimeAsync(sessions, "Zoe"));
            }

            ratios.Add(Median(unknown) / Median(known));
            if (ratios[^1] is > 0.9 and < 1.1)
            {
                return;
            }
        }

        Assert.Fail($"unknown to known: {string.Join(", ", ratios)}");
    }

    [Fact]
    public async Task T1_08_Ten_failures_from_one_address_close_it_for_every_account()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        for (var i = 0; i < 10; i++)
        {
            await server.RefusedAsync(
                401, "bad_credentials", HttpMethod.Post, "/v1/session", new { name = $"user{i}", password = "wrong" });
        }

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/session", new { name = "Ann", password = TestServer.Password });

        var problem = await TestServer.ProblemAsync(response, 429, "rate_limited");
        Assert.InRange((int?)problem["after_ms"] ?? 0, 1, 300_000);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task T1_08_Ten_failures_of_one_account_close_it_for_every_address()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Http = options.Http with { TrustedProxies = ["127.0.0.1"] },
        });
        await server.CreateUserAsync("Ann");
        for (var i = 0; i < 10; i++)
        {
            await server.RefusedAsync(
                401,
                "bad_credentials",
                HttpMethod.Post,
                "/v1/session",
                new { name = "Ann", password = "wrong" },
                null,
                null,
                ("X-Forwarded-For", $"192.0.2.{i}"));
        }

        var problem = await server.RefusedAsync(
            429,
            "rate_limited",
            HttpMethod.Post,
            "/v1/session",
            new { name = "Ann", password = TestServer.Password },
            null,
            null,
            ("X-Forwarded-For", "192.0.2.99"));

        Assert.InRange((int?)problem["after_ms"] ?? 0, 1, 300_000);
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(options => options with
        {
            Accounts = options.Accounts with { SignInFailures = 10_000, SignInFailuresOverall = 100_000 },
        });
        await server.CreateUserAsync("Ann");
        return server;
    }

    private static async Task<(HttpStatusCode Status, string Text, string Headers)> RefusedAsync(
        TestServer server, string name)
    {
        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/session", new { name, password = "wrong horse" });
        var headers = response.Headers.Where(header => header.Key != "Date").Select(header => header.Key);
        return (
            response.StatusCode,
            await response.Content.ReadAsStringAsync(Cancel),
            string.Join(',', headers.Order(StringComparer.Ordinal)));
    }

    private static async Task<TimeSpan> TimeAsync(SessionService sessions, string name)
    {
        var start = Stopwatch.GetTimestamp();
        var signedIn = await sessions.SignInAsync(
            new SignInRequest(name, "wrong horse", IPAddress.Loopback, "", null), Cancel);
        var time = Stopwatch.GetElapsedTime(start);
        Assert.False(signedIn.IsDone);
        return time;
    }

    private static double Median(List<TimeSpan> times)
    {
        times.Sort();
        return times[times.Count / 2].TotalMilliseconds;
    }
}
