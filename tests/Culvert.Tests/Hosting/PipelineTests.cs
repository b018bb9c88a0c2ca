using System.Net;
using Culvert.Server.Hosting;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Builder;

namespace Culvert.Tests.Hosting;

public sealed class PipelineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_there_is_refused_like_everything_else()
    {
        await using var server = await TestServer.StartAsync();

        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/nothing");
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1");
        using var response = await server.SendAsync(HttpMethod.Put, "/v1/users");
        await TestServer.ProblemAsync(response, 405, "method_not_allowed");
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task Outside_of_the_api_a_refusal_is_a_page()
    {
        await using var server = await TestServer.StartAsync();

        using var unknown = await server.SendAsync(HttpMethod.Get, "/nothing");
        using var posted = await server.SendAsync(HttpMethod.Post, "/nothing", new { });
        using var wrongMethod = await server.SendAsync(HttpMethod.Post, "/healthz", new { });

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("<h1>404 Not Found</h1>", await unknown.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, posted.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongMethod.StatusCode);
    }

    [Theory]
    [InlineData("full", 507, "storage_full", true)]
    [InlineData("store", 503, "storage_failed", true)]
    [InlineData("other", 500, "internal", true)]
    public async Task An_exception_is_answered_without_a_detail(string kind, int status, string code, bool retry)
    {
        await using var server = await TestServer.StartAsync(hooks: new ServerHooks
        {
            MapEndpoints = routes => routes.MapGet("/v1/fail/{kind}", context => throw Fault(context.Request.Path)),
        });

        var problem = await server.RefusedAsync(status, code, HttpMethod.Get, $"/v1/fail/{kind}");

        Assert.Equal(retry, (bool?)problem["retry"]);
        Assert.DoesNotContain("hidden", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_does_not_say_what_it_is()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await server.SendAsync(HttpMethod.Get, "/healthz");

        Assert.Empty(response.Headers.Server);
        Assert.Equal("ok\n", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task It_is_ready_until_it_drains()
    {
        await using var server = await TestServer.StartAsync();
        using var ready = await server.SendAsync(HttpMethod.Get, "/readyz");
        Assert.Equal("ready\n", await ready.Content.ReadAsStringAsync(Cancel));

        ((Culvert.Server.Diagnostics.Draining)server.Server.Services.GetService(
            typeof(Culvert.Server.Diagnostics.Draining))!).Begin();

        using var draining = await server.SendAsync(HttpMethod.Get, "/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
        Assert.Equal("draining\n", await draining.Content.ReadAsStringAsync(Cancel));
    }

    private static Exception Fault(string? path) => path switch
    {
        "/v1/fail/full" => new StoreException("hidden", full: true, null),
        "/v1/fail/store" => new StoreException("hidden", full: false, null),
        _ => new InvalidOperationException("hidden"),
    };
}
