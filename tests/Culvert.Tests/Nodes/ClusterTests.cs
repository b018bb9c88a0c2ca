using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Culvert.Tests.Servers;
using Culvert.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Nodes;

/// <summary>Whole servers that share a PostgreSQL, with and without a Redis.</summary>
public sealed class ClusterTests(PostgresServer postgres) : IAsyncDisposable
{
    private const string Password = "correct horse";

    private static readonly string[] Losses =
    [
        "Could not look how far the logs", "Could not keep the lease", "Could not read what the other nodes decided",
        "Could not see which nodes are alive", "Cannot hear the other nodes", "Cannot tell the other nodes",
    ];

    private static readonly string[] Returns =
    [
        "Could look how far the logs", "Could keep the lease", "Could read what the other nodes decided",
        "Could see which nodes are alive", "Hears the other nodes through PostgreSQL again",
        "Tells the other nodes through PostgreSQL again",
    ];

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

    [Fact]
    public async Task A_secret_that_was_replaced_is_good_nowhere_within_a_second()
    {
        var store = await postgres.CreateDatabaseAsync();
        var (one, _) = await StartAsync(store, null, "one");
        var (two, token) = await StartAsync(store, null, "two");
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
        await ExpectAsync(HttpStatusCode.OK, one, HttpMethod.Get, "/v1/sessions", cookie: cookie);
        var accounts = one.Services.GetRequiredService<IAccountStore>();
        var bob = await accounts.FindUserAsync("bob", Cancel);
        Assert.NotNull(bob);
        var session = Assert.Single(await accounts.ListSessionsAsync(bob.Id, 0, Cancel));

        var renewed = await one.Services.GetRequiredService<SessionService>().RenewAsync(bob, session.Id);
        var started = Stopwatch.GetTimestamp();
        await UntilAsync(
            async () =>
            {
                using var answer = await SendAsync(two, HttpMethod.Get, "/v1/sessions", cookie: cookie);
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            });

        // A second, and what a busy machine takes besides; the cache alone would say yes for a minute.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        await ExpectAsync(HttpStatusCode.Unauthorized, one, HttpMethod.Get, "/v1/sessions", cookie: cookie);
        Assert.NotNull(renewed);
        var another = cookie[..(cookie.IndexOf('=', StringComparison.Ordinal) + 1)] + renewed.Secret;
        await ExpectAsync(HttpStatusCode.OK, two, HttpMethod.Get, "/v1/sessions", cookie: another);
    }

    [Fact]
    public async Task What_changed_while_the_bus_was_away_reaches_the_readers_when_it_is_back()
    {
        await using var redis = await RedisServer.StartAsync();
        var bus = $"127.0.0.1:{redis.Port}";
        var store = await postgres.CreateDatabaseAsync();
        var (one, token) = await StartAsync(store, bus, "one");
        var (two, _) = await StartAsync(store, bus, "two");
        await ExpectAsync(
            HttpStatusCode.Created,
            one,
            HttpMethod.Post,
            "/v1/users",
            new { name = "bob", password = Password },
            token);
        using var signedIn = await SendAsync(
            one, HttpMethod.Post, "/v1/session", new { name = "bob", password = Password });
        var cookie = signedIn.Headers.GetValues("Set-Cookie").First().Split(';')[0];
        await ExpectAsync(
            HttpStatusCode.Created, one, HttpMethod.Post, "/v1/rooms/lobby/messages",
            new { data = new { text = "hi" } }, cookie: cookie);
        using var socket = await FollowAsync(two, cookie);
        var buses = new[] { one, two }.Select(node => node.Services.GetRequiredService<IRoomBus>()).ToArray();

        await redis.KillAsync();
        await UntilAsync(() => Task.FromResult(!buses.Any(each => each.IsConnected)));
        await ExpectAsync(
            HttpStatusCode.OK, one, HttpMethod.Put, "/v1/rooms/lobby/read", new { seq = 1 }, cookie: cookie);
        await ExpectAsync(HttpStatusCode.OK, one, HttpMethod.Patch, "/v1/me", new { title = "Bobby" }, cookie: cookie);
        await socket.UntilAsync("\"ev\":\"profile\"");
        await redis.StartAgainAsync();
        await UntilAsync(() => Task.FromResult(buses.All(each => each.IsConnected)));
        var back = Stopwatch.GetTimestamp();
        await socket.UntilAsync("\"ev\":\"read\"");

        Assert.InRange(Stopwatch.GetElapsedTime(back).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_store_that_is_away_is_said_once_and_so_is_its_return()
    {
        await using var own = new PostgresServer();
        var log = new LineBook();
        var (one, token) = await StartAsync(await own.CreateDatabaseAsync(), null, "one", log);
        var node = one.Services.GetRequiredService<ClusterNode>();
        using var reader = await FollowAsync(one, token: token);

        await own.KillAsync();

        // Six seconds of looks every 250 ms.
        await UntilAsync(() => Task.FromResult(!node.IsOpen));
        await own.EnsureAsync();
        await UntilAsync(() => Task.FromResult(
            node.IsOpen && Returns.All(text => log.Count(text) > 0)));

        Assert.All(Losses, text => Assert.Equal(1, log.Count(text)));
        Assert.All(Returns, text => Assert.Equal(1, log.Count(text)));
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

    /// <summary>A WebSocket of the user that follows the lobby.</summary>
    private static async Task<TestSocket> FollowAsync(
        CulvertServer server, string? cookie = null, string? token = null)
    {
        var socket = new TestSocket();
        if (cookie is not null)
        {
            socket.Client.Options.SetRequestHeader("Cookie", cookie);
            socket.Client.Options.SetRequestHeader("Origin", server.Addresses[0]);
        }
        else
        {
            socket.Client.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        await socket.Client.ConnectAsync(
            new Uri(server.Addresses[0].Replace("http", "ws", StringComparison.Ordinal) + "/v1/ws"), Cancel);
        await socket.Client.SendAsync(
            """{"id":1,"op":"sub","room":"lobby"}"""u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        await socket.UntilAsync("\"ev\":\"ready\"");
        return socket;
    }

    private async Task<(CulvertServer Server, string Token)> StartAsync(
        string store, string? bus, string name, TextWriter? log = null)
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
            log ?? TextWriter.Null,
            TimeProvider.System,
            Cancel);
        _servers.Add(server);
        return (server, (await File.ReadAllTextAsync(Path.Combine(directory, OwnerToken.FileName), Cancel)).Trim());
    }

    private sealed class TestSocket : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public ClientWebSocket Client { get; } = new();

        public async Task UntilAsync(string part)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            while (true)
            {
                var received = await Client.ReceiveAsync(_buffer.AsMemory(), limit.Token);
                if (Encoding.UTF8.GetString(_buffer, 0, received.Count).Contains(part, StringComparison.Ordinal))
                {
                    return;
                }
            }
        }

        public void Dispose() => Client.Dispose();
    }

    private sealed class LineBook : TextWriter
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_lock)
            {
                _text.Append(value);
            }
        }

        public int Count(string part)
        {
            lock (_lock)
            {
                return _text.ToString().Split(part).Length - 1;
            }
        }
    }
}
