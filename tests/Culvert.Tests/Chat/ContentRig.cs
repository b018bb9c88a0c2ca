using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Culvert.Chat;
using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Uploads;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Chat;

/// <summary>A server with the chat, and requests about what people put into it.</summary>
internal sealed class ContentRig : IAsyncDisposable
{
    private readonly TestServer _server;
    private readonly Dictionary<string, string> _cookies = [];

    private ContentRig(TestServer server)
    {
        _server = server;
    }

    public TestServer Server => _server;

    public string Uploads => Path.Combine(_server.DataDirectory, "uploads");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts a server with the users alice, bob and carol.</summary>
    public static async Task<ContentRig> StartAsync(ChatOptions? options = null)
    {
        var hooks = ChatApplication.Hooks(static address => address, options ?? new ChatOptions());
        var rig = new ContentRig(await TestServer.StartAsync(
            static o => o with { Rooms = o.Rooms with { PublishBurst = 100_000, PublishPerSecond = 100_000 } }, hooks));
        foreach (var name in (string[])["alice", "bob", "carol"])
        {
            await rig._server.CreateUserAsync(name);
            rig._cookies[name] = await rig._server.SignInAsync(name);
        }

        return rig;
    }

    public Task<HttpResponseMessage> SendAsync(
        string user,
        HttpMethod method,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers) =>
        _server.SendAsync(
            method, path, body, cookie: _cookies[user], headers: [("Sec-Fetch-Site", "same-origin"), .. headers]);

    /// <summary>Sends a request that has to succeed; its body as JSON.</summary>
    public async Task<JsonElement> MustAsync(string user, HttpMethod method, string path, object? body = null)
    {
        using var response = await SendAsync(user, method, path, body);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async Task<HttpStatusCode> StatusAsync(string user, string path)
    {
        using var response = await SendAsync(user, HttpMethod.Get, path);
        return response.StatusCode;
    }

    /// <summary>Publishes a text; its number.</summary>
    public async Task<long> SayAsync(string user, string text, string room = "lobby") =>
        (await MustAsync(
            user, HttpMethod.Post, $"/v1/rooms/{room}/messages", new { data = new { text } }))
            .GetProperty("seq").GetInt64();

    /// <summary>Publishes a message with files; its number.</summary>
    public Task<long> ShowAsync(string user, string text, params string[] files) =>
        ShowInAsync("lobby", user, text, files);

    public async Task<long> ShowInAsync(string room, string user, string text, params string[] files)
    {
        var data = new { text, files = files.Select(static id => new { id, name = "forged", type = "image/png" }) };
        var ok = await MustAsync(user, HttpMethod.Post, $"/v1/rooms/{room}/messages", new { data });
        return ok.GetProperty("seq").GetInt64();
    }

    public async Task<HttpResponseMessage> UploadAsync(string user, string name, byte[] content, string room = "lobby")
    {
        using var body = new ByteArrayContent(content);
        return await SendAsync(
            user, HttpMethod.Post, $"/v1/rooms/{room}/files?name={Uri.EscapeDataString(name)}", body);
    }

    /// <summary>Uploads a file; its id.</summary>
    public async Task<string> PutAsync(string user, string name, byte[] content)
    {
        using var response = await UploadAsync(user, name, content);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return reply.GetProperty("id").GetString() ?? "";
    }

    /// <summary>Texts that a search finds.</summary>
    public async Task<string[]> FindAsync(string user, string query, string rest = "")
    {
        var reply = await MustAsync(user, HttpMethod.Get, $"/v1/search?q={Uri.EscapeDataString(query)}{rest}");
        return [.. TextsOf(reply)];
    }

    /// <summary>Texts of the lobby that a search finds for which a scope is large from so many messages on.</summary>
    public async Task<string[]> FindInLobbyAsync(string words, long largeScope)
    {
        var services = _server.Server.Services;
        var owner = services.GetRequiredService<OwnerToken>().Feature.Caller!; // The owner token has one.
        var rooms = services.GetRequiredService<RoomDirectory>();
        using var search = new SearchService(rooms, services.GetRequiredService<IIndexStore>(), _server.Time)
        {
            LargeScope = largeScope,
        };
        Assert.Null(SearchQuery.TryParse(words, out var query));
        var entry = await rooms.EnterAsync(owner, "lobby", Capability.Read, Cancel);
        List<string> found = [];
        for (var before = long.MaxValue; ;)
        {
            var (page, _) = await search.FindAsync(owner, query!, entry.Room, before, 2, Cancel);
            found.AddRange(page!.Hits.Select(static hit => hit.Text));
            if (!page.More)
            {
                return [.. found];
            }

            before = long.Parse(page.Next!, CultureInfo.InvariantCulture);
        }
    }

    public static IEnumerable<string> TextsOf(JsonElement reply) =>
        reply.GetProperty("hits").EnumerateArray().Select(static hit => hit.GetProperty("text").GetString() ?? "");

    /// <summary>Waits until everything that was published to the room so far has been followed.</summary>
    public async Task FollowedAsync(string room = "lobby")
    {
        var services = _server.Server.Services;
        var owner = services.GetRequiredService<OwnerToken>().Feature.Caller;
        var entry = await services.GetRequiredService<RoomDirectory>().EnterAsync(owner, room, Capability.Read, Cancel);
        await services.GetRequiredService<LogFollower>().CatchUpAsync(entry.Room!.Id, Cancel);
    }

    public Task SweptAsync() => _server.Server.Services.GetRequiredService<FileSweeper>().SweepAsync(Cancel);

    /// <summary>Files on the disk.</summary>
    public string[] Stored() =>
        Directory.Exists(Uploads) ? Directory.GetFiles(Uploads, "*", SearchOption.AllDirectories) : [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
