using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Transports;

/// <summary>The API of rooms on Kestrel, with a store in memory, a manual clock and <see cref="ApiUsers"/>.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>Longer than anything takes; a test that needs it all has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly CommitLoop _commits;
    private readonly WriterLoops _loops;
    private readonly CatchUp _catchUp;

    private ApiHost(
        WebApplication app, CommitLoop commits, WriterLoops loops, CatchUp catchUp, ChannelReader<string> served)
    {
        Served = served;
        _app = app;
        _commits = commits;
        _loops = loops;
        _catchUp = catchUp;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Limit };
    }

    /// <summary>Method and path of each request whose handler has ended.</summary>
    public ChannelReader<string> Served { get; }

    public ManualTimeProvider Time => (ManualTimeProvider)Service<TimeProvider>();

    public Draining Draining => Service<Draining>();

    public RoomDirectory Rooms => Service<RoomDirectory>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts with the room <c>lobby</c> of alice, which is public.</summary>
    public static async Task<ApiHost> StartAsync(RoomOptions? options = null, IRoomStore? store = null)
    {
        options ??= new RoomOptions();
        store ??= new MemoryRoomStore(ApiUsers.NameOf);
        var time = new ManualTimeProvider();
        var catchUp = new CatchUp(store, options, NullLogger<CatchUp>.Instance);
        var loops = new WriterLoops(1, options, catchUp, time);
        var commits = new CommitLoop(store, options, time, NullLogger<CommitLoop>.Instance);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(options)
            .AddSingleton(store)
            .AddSingleton(store as IAuditLog ?? new MemoryRoomStore(ApiUsers.NameOf))
            .AddSingleton(loops)
            .AddSingleton(commits)
            .AddSingleton<Draining>()
            .AddSingleton<ConnectionLimits>()
            .AddSingleton<IUserDirectory, ApiUsers>()
            .AddSingleton<RoomDirectory>()
            .AddRoomApi();
        var served = Channel.CreateUnbounded<string>();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Headers.Authorization.ToString() is ['B', .. _] value)
            {
                var caller = ApiUsers.CallerOf(value["Bearer ".Length..]);
                context.Features.Set(caller is null ? CallerFeature.Refused : new CallerFeature(caller));
            }

            return next(context);
        });
        app.Use(async (context, next) =>
        {
            await next(context);
            await served.Writer.WriteAsync(context.Request.Method + " " + context.Request.Path);
        });
        app.MapRoomApi();
        app.MapGet("/v1/rooms/{room}/events", app.Services.GetRequiredService<PageEndpoint>().HandleAsync);

        commits.Start();
        loops.Start();
        await app.StartAsync(Cancel);
        var host = new ApiHost(app, commits, loops, catchUp, served.Reader);
        Assert.Equal(201, (await host.PostAsync("alice+", "/v1/rooms", """{"name":"lobby"}""")).Status);
        return host;
    }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<ApiAnswer> GetAsync(string? token, string path, string? accept = "application/json") =>
        SendAsync(Request(HttpMethod.Get, token, path, accept: accept));

    public Task<ApiAnswer> PostAsync(
        string? token, string path, string? json = null, string type = "application/json") =>
        SendAsync(Request(HttpMethod.Post, token, path, json, type));

    public Task<ApiAnswer> PatchAsync(string? token, string path, string json) =>
        SendAsync(Request(HttpMethod.Patch, token, path, json));

    public Task<ApiAnswer> PutAsync(string? token, string path, string json) =>
        SendAsync(Request(HttpMethod.Put, token, path, json));

    public Task<ApiAnswer> DeleteAsync(string? token, string path, string? json = null) =>
        SendAsync(Request(HttpMethod.Delete, token, path, json));

    /// <summary>Publishes texts, one commit each.</summary>
    public async Task PublishAsync(string token, params string[] texts)
    {
        foreach (var text in texts)
        {
            var answer = await PostAsync(token, "/v1/rooms/lobby/messages", $$$"""{"data":{"text":"{{{text}}}"}}""");
            Assert.Equal(201, answer.Status);
        }
    }

    /// <summary>A WebSocket that follows no room, as its writer loop sees one.</summary>
    public LineOutlet Connect(string token)
    {
        var outlet = new LineOutlet();
        var caller = ApiUsers.CallerOf(token)!; // Tests name users that there are.
        var subscriber = new Subscriber(_loops.Pick(), outlet, Face.Frame, caller);
        outlet.Follow(subscriber);
        subscriber.Start();
        return outlet;
    }

    /// <summary>A live reader of the lobby.</summary>
    public async Task<LineOutlet> SubscribeAsync(string token, string room = "lobby")
    {
        // Tests name users that there are.
        var caller = ApiUsers.CallerOf(token)!;
        var entry = await Rooms.EnterAsync(caller, room, Capability.Read, Cancel);
        var outlet = new LineOutlet();
        var subscriber = new Subscriber(_loops.Pick(), outlet, Face.Ndjson, caller) { EndsWithRooms = true };
        outlet.Follow(subscriber);

        // Nor is there anybody here who may not enter.
        var subscription = new Subscription(entry.Room!, subscriber, Since.Now, GapPolicy.Oldest);
        Assert.Null(RoomDirectory.Enter(subscription));
        subscriber.Start();
        subscriber.Attach(subscription);
        await outlet.WaitAsync("\"ev\":\"ready\"");
        return outlet;
    }

    public static HttpRequestMessage Request(
        HttpMethod method,
        string? token,
        string path,
        string? body = null,
        string type = "application/json",
        string? accept = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return request;
    }

    public Task<ApiAnswer> SendAsync(HttpRequestMessage request) => SendUntilAsync(request, Cancel);

    /// <summary>The peer leaves when the token fires.</summary>
    public async Task<ApiAnswer> SendUntilAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(request, cancellationToken);
        var answer = new ApiAnswer(response, await response.Content.ReadAsStringAsync(cancellationToken));
        if (answer.Status >= 400 && request.Method != HttpMethod.Head)
        {
            // Every refusal has the same shape.
            Assert.Equal("application/problem+json", answer.ContentType);
            Assert.Equal(answer.Status, answer.Json.GetProperty("status").GetInt32());
            Assert.NotNull(ErrorCode.Find(answer.Code!));
        }

        request.Dispose();
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _commits.DisposeAsync();
        _loops.Dispose();
        _catchUp.Dispose();
        await _app.DisposeAsync();
    }
}
