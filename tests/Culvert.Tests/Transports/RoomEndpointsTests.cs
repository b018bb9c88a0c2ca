using System.Text.Json;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

public sealed class RoomEndpointsTests
{
    [Fact]
    public async Task A_created_room_belongs_to_its_creator()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", "/v1/rooms", """{"name":"Den","kind":"private","topic":"t"}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal("/v1/rooms/Den", answer.Header("Location"));
        var epoch = answer.Text("epoch");
        Assert.Equal(
            $$"""{"name":"Den","kind":"private","topic":"t","epoch":"{{epoch}}","cursor":"{{epoch}}-0","floor":1,"""
            + """ "offset":0,"seq":0,"read":0,"joined":true,"role":"owner","retainMs":0,"retainEvents":0,""".Trim()
            + "\"createdAt\":1790000000000,\"lastAt\":1790000000000,\"archived\":false,\"readOnly\":false}",
            answer.Body);
        Assert.Equal(answer.Body, (await host.GetAsync("bob", "/v1/rooms/den")).Body);
        Assert.Equal(404, (await host.GetAsync("carol", "/v1/rooms/den")).Status);
    }

    [Theory]
    [InlineData("bob", """{"name":"LOBBY"}""", 409, "name_taken")]
    [InlineData("bob", """{"name":""}""", 400, "invalid_name")]
    [InlineData("bob", """{"kind":"public"}""", 400, "missing_field")]
    [InlineData("bob", """{"name":"x","kind":"secret"}""", 400, "bad_field")]
    [InlineData("bob", """{"name":7}""", 400, "bad_field")]
    [InlineData("bob", """[]""", 400, "bad_field")]
    [InlineData("bob", """{"name":"direct-0123456789abcdef0123456789abcdef"}""", 400, "invalid_name")]
    [InlineData("bob:read", """{"name":"x"}""", 403, "forbidden")]
    [InlineData("bob/den", """{"name":"x"}""", 403, "forbidden")]
    [InlineData(null, """{"name":"x"}""", 401, "unauthorized")]
    public async Task A_room_is_not_created(string? token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(token, "/v1/rooms", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_user_creates_so_many_rooms_a_day()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { RoomsPerUserPerDay = 2 });
        await host.PostAsync("bob", "/v1/rooms", """{"name":"one"}""");
        await host.PostAsync("bob", "/v1/rooms", """{"name":"one"}""");
        var second = await host.PostAsync("bob", "/v1/rooms", """{"name":"two"}""");

        var refused = await host.PostAsync("bob", "/v1/rooms", """{"name":"three"}""");
        var unlimited = await host.PostAsync("bob+", "/v1/rooms", """{"name":"four"}""");
        host.Time.Advance(TimeSpan.FromDays(1));
        var tomorrow = await host.PostAsync("bob", "/v1/rooms", """{"name":"three"}""");

        Assert.Equal(201, second.Status);
        Assert.Equal((429, "rate_limited"), (refused.Status, refused.Code));
        Assert.Equal("86400", refused.Header("Retry-After"));
        Assert.Equal((201, 201), (unlimited.Status, tomorrow.Status));
    }

    [Fact]
    public async Task S_05_Guessing_names_of_private_rooms_ends_with_the_rooms_of_the_day()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { RoomsPerUserPerDay = 3 });
        await host.PostAsync("alice", "/v1/rooms", """{"name":"Attic","kind":"private"}""");

        // One that everybody knows of costs nothing, in any number.
        for (var count = 0; count < 5; count++)
        {
            Assert.Equal("name_taken", (await host.PostAsync("bob", "/v1/rooms", """{"name":"LOBBY"}""")).Code);
        }

        foreach (var guess in (string[])["attic", "Attic", "ATTIC"])
        {
            Assert.Equal("name_taken", (await host.PostAsync("bob", "/v1/rooms", $$"""{"name":"{{guess}}"}""")).Code);
        }

        var taken = await host.PostAsync("bob", "/v1/rooms", """{"name":"attic"}""");
        var free = await host.PostAsync("bob", "/v1/rooms", """{"name":"cellar"}""");

        Assert.Equal(("rate_limited", "rate_limited"), (taken.Code, free.Code));
    }

    [Fact]
    public async Task Rooms_are_listed_page_by_page_and_only_those_one_may_know_of()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms", """{"name":"Attic","kind":"private"}""");
        await host.PostAsync("alice", "/v1/rooms", """{"name":"Zoo"}""");

        var first = await host.GetAsync("alice", "/v1/rooms?limit=2");
        var second = await host.GetAsync("alice", $"/v1/rooms?limit=2&after={first.Text("next")}");
        var bob = await host.GetAsync("bob", "/v1/rooms");
        var owner = await host.GetAsync("owner", "/v1/rooms");
        var token = await host.GetAsync("alice/zoo/attic", "/v1/rooms?limit=1");

        Assert.Equal(["Attic", "lobby"], NamesOf(first));
        Assert.Equal("lobby", first.Text("next"));
        Assert.Equal(["Zoo"], NamesOf(second));
        Assert.Null(second.Text("next"));
        Assert.Equal(["lobby", "Zoo"], NamesOf(bob));
        Assert.Equal(["Attic", "lobby", "Zoo"], NamesOf(owner));
        Assert.Equal(["Attic"], NamesOf(token));
        Assert.Equal("attic", token.Text("next"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task A_limit_out_of_range_is_refused(string limit)
    {
        await using var host = await ApiHost.StartAsync();

        var list = await host.GetAsync("bob", $"/v1/rooms?limit={limit}");
        var page = await host.GetAsync("bob", $"/v1/rooms/lobby/events?limit={limit}");

        Assert.Equal((400, "bad_limit"), (list.Status, list.Code));
        Assert.Equal((400, "bad_limit"), (page.Status, page.Code));
    }

    [Fact]
    public async Task Changes_of_a_room_are_events_and_repetitions_are_none()
    {
        await using var host = await ApiHost.StartAsync();
        const string Patch = """{"topic":"new","kind":"private","retainMs":1000,"retainEvents":10}""";

        var changed = await host.PatchAsync("alice", "/v1/rooms/lobby", Patch);
        var again = await host.PatchAsync("alice", "/v1/rooms/lobby", Patch);

        Assert.Equal(("new", "private", "1000", "10", "2"), (
            changed.Text("topic"), changed.Text("kind"), changed.Text("retainMs"), changed.Text("retainEvents"),
            changed.Text("offset")));
        Assert.Equal(changed.Body, again.Body);
        var log = (await host.GetAsync("alice", "/v1/rooms/lobby/events?since=start")).Body;
        Assert.Contains("\"ev\":\"topic\"", log, StringComparison.Ordinal);
        Assert.Contains(
            "\"kind\":\"private\",\"retainMs\":1000,\"retainEvents\":10", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_19_A_topic_is_set_by_moderators_and_seen_live()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms/lobby/members", """{"user":"dave","role":"moderator"}""");
        var bob = await host.SubscribeAsync("bob");

        var refused = await host.PatchAsync("bob", "/v1/rooms/lobby", """{"topic":"mine"}""");
        var changed = await host.PatchAsync("dave", "/v1/rooms/lobby", """{"topic":"Release day"}""");

        Assert.Equal((403, 200), (refused.Status, changed.Status));
        Assert.Contains("\"topic\":\"Release day\"", await bob.WaitAsync("\"ev\":\"topic\""), StringComparison.Ordinal);
        Assert.Equal("Release day", (await host.GetAsync("bob", "/v1/rooms/lobby")).Text("topic"));
    }

    [Theory]
    [InlineData("""{"topic":"long"}""")]
    [InlineData("""{"kind":"direct"}""")]
    [InlineData("""{"retainMs":-1}""")]
    [InlineData("""{"retainEvents":9007199254740992}""")]
    public async Task A_change_that_makes_no_sense_is_refused(string patch)
    {
        await using var host = await ApiHost.StartAsync();
        patch = patch.Replace("long", new string('x', 501), StringComparison.Ordinal);

        var answer = await host.PatchAsync("alice", "/v1/rooms/lobby", patch);

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
        Assert.Equal("0", (await host.GetAsync("alice", "/v1/rooms/lobby")).Text("offset"));
    }

    private static string[] NamesOf(ApiAnswer answer) =>
        [.. answer.Json.GetProperty("rooms").EnumerateArray().Select(NameOf)];

    // A room in a list always has a name.
    private static string NameOf(JsonElement room) => room.GetProperty("name").GetString()!;
}
