using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

public sealed class DeletionTests
{
    private const string Lobby = "/v1/rooms/lobby";

    [Fact]
    public async Task T1_20_An_archived_room_is_read_and_nobody_publishes_until_it_is_opened_again()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("alice", "one");

        var archived = await host.PatchAsync("alice", Lobby, """{"archived":true}""");
        ApiAnswer[] refused =
        [
            await host.PostAsync("alice", Lobby + "/messages", """{"data":1}"""),
            await host.PostAsync("bob", Lobby + "/messages", """{"data":1}"""),
            await host.PostAsync("owner", Lobby + "/messages", """{"data":1}"""),
            await host.PatchAsync("alice", Lobby + "/messages/1", """{"data":1}"""),
            await host.DeleteAsync("alice", Lobby + "/messages/1"),
            await host.PutAsync("bob", Lobby + "/messages/1/reactions", """{"emoji":"x"}"""),
        ];
        var page = await host.GetAsync("bob", Lobby + "/events");
        var opened = await host.PatchAsync("alice", Lobby, """{"archived":false}""");
        var published = await host.PostAsync("bob", Lobby + "/messages", """{"data":1}""");

        Assert.Equal((200, "True"), (archived.Status, archived.Text("archived")));
        Assert.All(refused, answer => Assert.Equal((403, "archived"), (answer.Status, answer.Code)));
        Assert.Equal(1, page.Json.GetProperty("events").GetArrayLength());
        Assert.Equal(("False", 201), (opened.Text("archived"), published.Status));
        Assert.Equal(403, (await host.PatchAsync("bob", Lobby, """{"archived":true}""")).Status);
    }

    [Fact]
    public async Task T1_20_A_deleted_room_is_gone_for_everybody_and_comes_back_as_it_was()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("alice", "one");
        await host.PostAsync("bob", Lobby + "/members", """{"user":"bob"}""");
        var reader = await host.SubscribeAsync("bob");
        var bob = host.Connect("bob");

        var deleted = await host.DeleteAsync("alice", Lobby, """{"name":"lobby"}""");
        var absent = await host.GetAsync("alice", "/v1/rooms/absent");
        var gone = new List<ApiAnswer>();
        foreach (var token in new[] { "alice", "bob", "owner" })
        {
            gone.Add(await host.GetAsync(token, Lobby));
            gone.Add(await host.PostAsync(token, Lobby + "/messages", """{"data":1}"""));
        }

        var list = await host.GetAsync("owner", "/v1/rooms");
        var taken = await host.PostAsync("bob", "/v1/rooms", """{"name":"lobby"}""");
        host.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(1));
        var mine = await DeletedAsync(host, "alice");
        var owners = await DeletedAsync(host, "owner");
        var others = await DeletedAsync(host, "bob") + await DeletedAsync(host, "dave");
        var byOther = await host.PostAsync("bob", Lobby + "/restore");
        var restored = await host.PostAsync("alice", Lobby + "/restore");

        Assert.Equal((200, """{"restorableUntil":1790604800000}"""), (deleted.Status, deleted.Body));
        Assert.Equal(("lobby 1790604800000", "lobby 1790604800000", ""), (mine, owners, others));
        Assert.Equal("", await DeletedAsync(host, "alice"));
        Assert.Equal(StreamCloseCode.RoomGone, await reader.EndAsync());
        Assert.All(gone, answer => Assert.Equal((404, absent.Body), (answer.Status, answer.Body)));
        Assert.Equal((0, 409), (list.Json.GetProperty("rooms").GetArrayLength(), taken.Status));
        Assert.Equal((404, 200), (byOther.Status, restored.Status));
        Assert.Equal(("1", "owner"), (restored.Text("seq"), restored.Text("role")));
        Assert.Equal(201, (await host.PostAsync("bob", Lobby + "/messages", """{"data":1}""")).Status);
        await bob.WaitAsync("""{"ev":"rooms","room":"lobby","joined":false}""");
        await bob.WaitAsync("""{"ev":"rooms","room":"lobby","joined":true}""");
    }

    [Theory]
    [InlineData("alice", """{"name":"Lobby"}""", 400, "bad_field")]
    [InlineData("alice", """{}""", 400, "missing_field")]
    [InlineData("dave", """{"name":"lobby"}""", 403, "forbidden")]
    [InlineData("bob", """{"name":"lobby"}""", 403, "forbidden")]
    [InlineData("marshal", """{"name":"lobby"}""", 403, "forbidden")]
    [InlineData("alice:write", """{"name":"lobby"}""", 403, "forbidden")]
    [InlineData(null, """{"name":"lobby"}""", 401, "unauthorized")]
    public async Task T1_20_A_room_is_not_deleted(string? token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", Lobby + "/members", """{"user":"dave","role":"moderator"}""");

        var answer = await host.DeleteAsync(token, Lobby, body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(200, (await host.GetAsync("bob", Lobby)).Status);
    }

    [Fact]
    public async Task T1_20_After_seven_days_a_deleted_room_is_erased_and_its_name_is_free()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("alice", "one");
        await host.DeleteAsync("alice", Lobby, """{"name":"lobby"}""");
        var sweeper = host.Service<DeletedRooms>();

        host.Time.Advance(TimeSpan.FromDays(7));
        await sweeper.SweepAsync(TestContext.Current.CancellationToken);
        var late = await host.PostAsync("alice", Lobby + "/restore");
        var taken = await host.PostAsync("bob", "/v1/rooms", """{"name":"lobby"}""");
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await sweeper.SweepAsync(TestContext.Current.CancellationToken);
        var fresh = await host.PostAsync("bob", "/v1/rooms", """{"name":"lobby"}""");

        Assert.Equal((404, 409, 201), (late.Status, taken.Status, fresh.Status));
        var page = await host.GetAsync("bob", Lobby);
        Assert.Equal(("0", "owner"), (page.Text("seq"), page.Text("role")));
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("GET", "/events", null)]
    [InlineData("GET", "/events?since=start", null)]
    [InlineData("GET", "/members", null)]
    [InlineData("GET", "/roster", null)]
    [InlineData("GET", "/commands", null)]
    [InlineData("POST", "/commands", """{"text":"/who"}""")]
    [InlineData("POST", "/messages", """{"data":1}""")]
    [InlineData("PATCH", "/messages/1", """{"data":1}""")]
    [InlineData("DELETE", "/messages/1", null)]
    [InlineData("PUT", "/messages/1/reactions", """{"emoji":"x"}""")]
    [InlineData("PUT", "/read", """{"seq":1}""")]
    [InlineData("POST", "/members", """{"user":"carol"}""")]
    [InlineData("DELETE", "/members/carol", null)]
    [InlineData("POST", "/kick", """{"user":"bob"}""")]
    [InlineData("POST", "/clear", null)]
    [InlineData("PATCH", "", """{"topic":"t"}""")]
    [InlineData("DELETE", "", """{"name":"den"}""")]
    [InlineData("POST", "/restore", null)]
    public async Task T1_15_A_private_room_answers_as_one_that_does_not_exist(string method, string path, string? body)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms", """{"name":"den","kind":"private"}""");
        await host.PostAsync("alice", "/v1/rooms/den/messages", """{"data":1}""");
        Task<ApiAnswer> AskAsync(string room) => host.SendAsync(ApiHost.Request(
            new HttpMethod(method), "carol", $"/v1/rooms/{room}{path}", body, accept: "application/json"));

        var there = await AskAsync("den");
        var absent = await AskAsync("nowhere");

        Assert.Equal((404, absent.Body), (there.Status, there.Body));
        Assert.DoesNotContain("\"den\"", (await host.GetAsync("carol", "/v1/rooms")).Body, StringComparison.Ordinal);
    }

    private static async Task<string> DeletedAsync(ApiHost host, string token)
    {
        var list = await host.GetAsync(token, "/v1/rooms?show=deleted");
        return string.Join(',', list.Json.GetProperty("rooms").EnumerateArray().Select(static room =>
            $"{room.GetProperty("name").GetString()} {room.GetProperty("restorableUntil").GetInt64()}"));
    }
}
