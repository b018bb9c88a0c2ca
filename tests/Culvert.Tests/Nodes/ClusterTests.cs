using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Nodes;
using Culvert.Tests.Servers;
using Culvert.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Nodes;

/// <summary>Whole servers that share a PostgreSQL, with and without a Redis.</summary>
public sealed class ClusterTests(PostgresServer postgres) : IAsyncDisposable
{
    private const string Password = "correct horse";

    private readonly List<IAsyncDisposable> _servers = [];
    private readonly TestDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.AsEnumerable().Reverse())
        {
            await server.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sessions_and_tickets_are_good_on_every_node_until_they_end_on_one(bool withRedis)
    {
        var bus = withRedis ? await StartRedisAsync() : null;
        var store = await postgres.CreateDatabaseAsync();
        var (one, _) = await StartAsync(store, bus, "one");
        var (two, token) = await StartAsync(store, bus, "two");
        await ExpectAsync(
            HttpStatusCode.Created,
            two,
            HttpMethod.Post,
            "/v1/users",
            new { name = "bob", password = Password },
            token);

        using var signedIn = await SendAsync(
            one, HttpMethod.Post, "/v1/session", new { name = "bob", password = Password });
        var cookie = signedIn.Headers.GetValues("Set-Cookie").First().Split(';')[0];
        await ExpectAsync(HttpStatusCode.OK, two, HttpMethod.Get, "/v1/sessions", cookie: cookie);
        using var issued = await SendAsync(
            one, HttpMethod.Post, "/v1/tickets", new { rooms = new[] { "lobby" } }, cookie: cookie);
        var ticket = (await issued.Content.ReadFromJsonAsync<JsonObject>(Cancel))?["ticket"]?.GetValue<string>();
        Assert.NotNull(ticket);

        await ExpectAsync(HttpStatusCode.NoContent, one, HttpMethod.Delete, "/v1/session", cookie: cookie);
        await UntilAsync(
            async () =>
            {
                using var answer = await SendAsync(two, HttpMethod.Get, "/v1/sessions", cookie: cookie);
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            });
        var tickets = two.Services.GetRequiredService<ITickets>();
        Assert.Null(await tickets.RedeemAsync(ticket, Cancel));
    }

    [Fact]
    public async Task A_node_that_stops_is_gone_for_the_others_and_one_that_starts_is_seen()
    {
        var store = await postgres.CreateDatabaseAsync();
        var (one, _) = await StartAsync(store, null, "one");
        var (two, _) = await StartAsync(store, null, "two");
        var live = one.Services.GetRequiredService<LiveNodes>();

        await UntilAsync(() => Task.FromResult(live.Nodes.Count == 2));
        await two.StopAsync();
        await UntilAsync(() => Task.FromResult(live.Nodes.Count == 1));

        Assert.Equal("one", live.Nodes[0].Name);
    }

    [Fact]
    public async Task Without_its_bus_a_node_is_ready_and_says_what_is_missing()
    {
        var redis = await RedisServer.StartAsync();
        await using var ending = redis;
        var (one, _) = await StartAsync(await postgres.CreateDatabaseAsync(), $"127.0.0.1:{redis.Port}", "one");
        await UntilAsync(async () => await ReadyAsync(one) == (HttpStatusCode.OK, "ready"));

        await redis.KillAsync();

        await UntilAsync(async () => await ReadyAsync(one) == (HttpStatusCode.OK, "ready, without: bus"));
    }

    private static async Task<(HttpStatusCode Status, string Text)> ReadyAsync(CulvertServer server)
    {
        using var answer = await SendAsync(server, HttpMethod.Get, "/readyz");
        return (answer.StatusCode, (await answer.Content.ReadAsStringAsync(Cancel)).Trim());
    }

    /// <summary>Asks every 50 ms: what is waited for happens in another server by itself.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static async Task ExpectAsync(
        HttpStatusCode status,
        CulvertServer server,
        HttpMethod method,
        string path,
        object? body = null,
        string? token = null,
        string? cookie = null)
    {
        using var answer = await SendAsync(server, method, path, body, token, cookie);
        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        CulvertServer server,
        HttpMethod method,
        string path,
        object? body = null,
        string? token = null,
        string? cookie = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(method, server.Addresses[0] + path);
        request.Content = body is null ? null : JsonContent.Create(body);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        return await client.SendAsync(request, Cancel);
    }

    private async Task<string> StartRedisAsync()
    {
        var redis = await RedisServer.StartAsync();
        _servers.Add(redis);
        return $"127.0.0.1:{redis.Port}";
    }

    private async Task<(CulvertServer Server, string Token)> StartAsync(string store, string? bus, string name)
    {
        var directory = Path.Combine(_directory.Path, name);
        var server = await CulvertServer.StartAsync(
            new ServerOptions
            {
                Listen = ["http://127.0.0.1:0"],
                Data = directory,
                Store = store,
                Bus = bus,
                Node = name,
                Accounts = new AccountOptions { PasswordIterations = 10_000, PasswordThreads = 2 },
            },
            new ServerHooks(),
            TextWriter.Null,
            TimeProvider.System,
            Cancel);
        _servers.Add(server);
        return (server, (await File.ReadAllTextAsync(Path.Combine(directory, OwnerToken.FileName), Cancel)).Trim());
    }
}
