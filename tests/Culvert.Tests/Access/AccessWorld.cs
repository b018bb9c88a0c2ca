using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Culvert.Chat;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Rooms;
using Culvert.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Access;

/// <summary>A whole server with one user for each column of the tables, and a new room for each cell.</summary>
internal sealed class AccessWorld : IAsyncDisposable
{
    private const string Author = "author";
    private const string Target = "bob";

    private readonly TestServer _server;
    private readonly HttpClient _client;
    private readonly Dictionary<string, Caller> _callers = [];
    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, ClientWebSocket> _sockets = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _rooms;

    private AccessWorld(TestServer server)
    {
        _server = server;
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(server.Server.Addresses[0]),
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RoomDirectory Rooms => _server.Server.Services.GetRequiredService<RoomDirectory>();

    public static async Task<AccessWorld> StartAsync()
    {
        var chat = ChatApplication.Hooks(static address => address, new ChatOptions());
        var server = await TestServer.StartAsync(options => options with
        {
            Durability = Durability.Process,
            Rooms = options.Rooms with
            {
                PublishPerSecond = 1_000_000,
                PublishBurst = 1_000_000,
                RoomsPerUserPerDay = 1_000_000,
                CommandsBurst = 1_000_000,
            },
        }, chat);
        var world = new AccessWorld(server);
        foreach (var who in AccessTable.Columns[1..].Concat([Author, Target, "stranger"]))
        {
            await world.AddAsync(who);
        }

        return world;
    }

    /// <summary>Method and pattern of every endpoint under <c>/v1</c>.</summary>
    public IEnumerable<string> Endpoints() =>
        from endpoint in _server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints
        let route = endpoint as RouteEndpoint
        where route?.RoutePattern.RawText?.StartsWith("/v1", StringComparison.Ordinal) == true
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select $"{method} {route.RoutePattern.RawText}".Replace("?}", "}", StringComparison.Ordinal);

    /// <summary>The status that one column gets.</summary>
    public async Task<string> AskAsync(AccessRow row, RoomKind kind, string who)
    {
        var room = await PrepareAsync(kind, who);
        if (row.Target.Contains("{deleted}", StringComparison.Ordinal) && kind != RoomKind.Direct)
        {
            await DoAsync(room, _callers["owner"], Acts.Delete(_server.Time.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        using var request = new HttpRequestMessage(new HttpMethod(row.Method), Fill(row.Target, room, who));
        var isStream = row.Target.StartsWith("/v1/events", StringComparison.Ordinal);
        request.Headers.Accept.ParseAdd(isStream ? "application/x-ndjson" : "application/json");
        if (_tokens.TryGetValue(who, out var token))
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (row.Body is not null)
        {
            request.Content = new StringContent(Fill(row.Body, room, who), Encoding.UTF8, "application/json");
        }

        // Streams have no end: their head is the answer.
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What one column is answered on a WebSocket: <c>ok</c> or the code of an error.</summary>
    public async Task<string> TellAsync(AccessRow row, string who)
    {
        if (await ConnectAsync(who) is not { } socket)
        {
            return "401";
        }

        var room = await PrepareAsync(RoomKind.Private, who);
        var id = ++_rooms;
        var line = $$"""{"id":{{id}},"op":"{{row.Method}}"{{Fill(row.Body ?? "", room, who)}}}""";
        await socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, Cancel);
        while (true)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(), Cancel);
            var text = Encoding.UTF8.GetString(_buffer, 0, received.Count);
            if (text.StartsWith($$"""{"re":{{id}},""", StringComparison.Ordinal))
            {
                using var reply = JsonDocument.Parse(text.Split('\n')[0]);
                return reply.RootElement.TryGetProperty("err", out var error)
                    ? error.GetProperty("code").GetString()!
                    : "ok";
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }

        _client.Dispose();
        await _server.DisposeAsync();
    }

    private static string Fill(string text, string room, string who) => text
        .Replace("{room}", room, StringComparison.Ordinal)
        .Replace("{deleted}", room, StringComparison.Ordinal)
        .Replace("{seq}", "1", StringComparison.Ordinal)
        .Replace("{own}", "2", StringComparison.Ordinal)
        .Replace("{user}", Target, StringComparison.Ordinal)
        .Replace("{name}", Target, StringComparison.Ordinal)
        .Replace("{me}", NameOf(who), StringComparison.Ordinal)
        .Replace("{id}", "999", StringComparison.Ordinal)
        .Replace("{token}", "none", StringComparison.Ordinal);

    private static string NameOf(string who) => who switch
    {
        "anonymous" => Target,
        "owner" => "creator",
        "server owner" => "chief",
        "moderator" => "deputy",
        _ => who,
    };

    private async Task AddAsync(string who)
    {
        var name = NameOf(who);
        await _server.CreateUserAsync(name, who == "server owner" ? "owner" : "member");
        var cookie = await _server.SignInAsync(name);
        _tokens[who] = await _server.MintAsync(new { name = "matrix" }, cookie: cookie);
        var accounts = _server.Server.Services.GetRequiredService<IAccountStore>();
        var user = await accounts.FindUserAsync(name, Cancel);
        _callers[who] = new Caller
        {
            UserId = user!.Id, // It was just made.
            Name = user.Name,
            ServerRole = user.Role,
            CredentialId = user.Id,
            IsUnlimited = true,
        };
    }

    /// <summary>
    /// A room of the owner with a message of somebody else (1), one of whoever asks (2), and that one's place in it.
    /// </summary>
    private async Task<string> PrepareAsync(RoomKind kind, string who)
    {
        var (owner, author, target) = (_callers["owner"], _callers[Author], _callers[Target]);
        var self = _callers.GetValueOrDefault(who, author);
        if (kind == RoomKind.Direct)
        {
            return await PrepareDirectAsync(author, target);
        }

        var name = $"room{++_rooms}";
        Assert.Null((await Rooms.CreateAsync(owner, name, kind, "", Cancel)).Refusal);
        foreach (var caller in new[] { author, target })
        {
            await DoAsync(name, owner, Acts.Join(caller.UserId, caller.Name));
        }

        await DoAsync(name, author, Acts.Message("1"u8.ToArray(), null));
        if (who is "member" or "muted" or "moderator" or "banned")
        {
            await DoAsync(name, owner, Acts.Join(
                self.UserId, self.Name, who == "moderator" ? RoomRole.Moderator : RoomRole.Member));
        }

        // Who is no member has not written into a private room.
        var isOutside = who == "non-member" && kind == RoomKind.Private;
        await DoAsync(name, isOutside ? author : self, Acts.Message("2"u8.ToArray(), null));
        if (who == "muted")
        {
            await DoAsync(name, owner, Acts.Mute(self.UserId, self.Name, null, null));
        }
        else if (who == "banned")
        {
            await DoAsync(name, owner, Acts.Ban(self.UserId, self.Name, null, null));
        }

        return name;
    }

    private async Task<string> PrepareDirectAsync(Caller author, Caller target)
    {
        var member = _callers["member"];
        long[] people = [author.UserId, target.UserId, member.UserId];
        var direct = _server.Server.Services.GetRequiredService<DirectRooms>();
        if (await direct.CreateAsync(author, people, Cancel))
        {
            await DoAsync(DirectRooms.NameOf(people), author, Acts.Message("1"u8.ToArray(), null));
            await DoAsync(DirectRooms.NameOf(people), member, Acts.Message("2"u8.ToArray(), null));
        }

        return DirectRooms.NameOf(people);
    }

    private async Task DoAsync(string name, Caller caller, Act act)
    {
        var entry = await Rooms.EnterAsync(caller, name, Capability.Read, Cancel);
        Assert.Null(entry.Refusal);
        var (_, refusal) = await Rooms.DoAsync(entry.Room!, caller, act); // There is one, as nothing was refused.
        Assert.Null(refusal);
    }

    /// <summary>The connection of one column; null when it is refused as it must be.</summary>
    private async Task<ClientWebSocket?> ConnectAsync(string who)
    {
        if (_sockets.TryGetValue(who, out var known))
        {
            return known;
        }

        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (_tokens.TryGetValue(who, out var token))
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        try
        {
            var address = _server.Server.Addresses[0].Replace("http", "ws", StringComparison.Ordinal) + "/v1/ws";
            await socket.ConnectAsync(new Uri(address), Cancel);
        }
        catch (WebSocketException)
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "anonymous"), (socket.HttpStatusCode, who));
            socket.Dispose();
            return null;
        }

        _sockets[who] = socket;
        return socket;
    }
}
