namespace Culvert.Tests.Transports;

public sealed class DirectRoomTests
{
    private const string WithBob = """{"kind":"direct","users":["bob"]}""";

    [Fact]
    public async Task T1_16_Two_people_who_begin_at_once_get_the_same_room()
    {
        await using var host = await ApiHost.StartAsync();
        var asked = Enumerable.Range(0, 10).SelectMany(_ => new[]
        {
            host.PostAsync("alice", "/v1/rooms", WithBob),
            host.PostAsync("bob", "/v1/rooms", """{"kind":"direct","users":["ALICE"]}"""),
        });

        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Select(answer => answer.Text("name")).Distinct());
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(200, answer.Status));
        Assert.Equal("""["alice","bob"]""", answers[0].Json.GetProperty("people").GetRawText());
        Assert.Equal(("direct", "member", "True"), (
            answers[0].Text("kind"), answers[0].Text("role"), answers[0].Text("joined")));
    }

    [Fact]
    public async Task T1_16_Each_set_of_people_has_a_room_of_its_own()
    {
        await using var host = await ApiHost.StartAsync();

        var two = await host.PostAsync("alice", "/v1/rooms", WithBob);
        var three = await host.PostAsync("alice", "/v1/rooms", """{"kind":"direct","users":["bob","carol"]}""");
        var again = await host.PostAsync("carol", "/v1/rooms", """{"kind":"direct","users":["bob","alice","bob"]}""");
        var self = await host.PostAsync("alice", "/v1/rooms", """{"kind":"direct","users":["alice"]}""");

        Assert.Equal([201, 201, 200, 201], new[] { two, three, again, self }.Select(answer => answer.Status));
        Assert.Equal(three.Text("name"), again.Text("name"));
        Assert.Equal(3, new[] { two, three, self }.Select(answer => answer.Text("name")).Distinct().Count());
    }

    [Fact]
    public async Task Its_people_are_told_write_and_see_what_is_unread()
    {
        await using var host = await ApiHost.StartAsync();
        var bob = host.Connect("bob");

        var name = (await host.PostAsync("alice", "/v1/rooms", WithBob)).Text("name");

        await bob.WaitAsync($$"""{"ev":"rooms","room":"{{name}}","joined":true}""");
        Assert.Equal(201, (await host.PostAsync("alice", $"/v1/rooms/{name}/messages", """{"data":1}""")).Status);
        var room = Assert.Single(
            (await host.GetAsync("bob", "/v1/rooms")).Json.GetProperty("rooms").EnumerateArray(),
            room => room.GetProperty("kind").GetString() == "direct");
        Assert.Equal((1, 0), (room.GetProperty("seq").GetInt32(), room.GetProperty("read").GetInt32()));
        Assert.Equal("""["alice","bob"]""", room.GetProperty("people").GetRawText());
    }

    [Theory]
    [InlineData("PATCH", "", """{"kind":"public"}""")]
    [InlineData("PATCH", "", """{"topic":"x"}""")]
    [InlineData("PATCH", "", """{"archived":true}""")]
    [InlineData("POST", "/members", """{"user":"carol"}""")]
    [InlineData("POST", "/members", """{"user":"bob","role":"owner"}""")]
    [InlineData("DELETE", "/members/bob", null)]
    [InlineData("DELETE", "/members/alice", null)]
    [InlineData("POST", "/kick", """{"user":"bob"}""")]
    [InlineData("POST", "/ban", """{"user":"bob"}""")]
    [InlineData("POST", "/mute", """{"user":"bob"}""")]
    [InlineData("POST", "/clear", null)]
    [InlineData("DELETE", "/messages/1", null)]
    public async Task Nobody_moderates_it_and_its_people_and_kind_stay(string method, string path, string? body)
    {
        await using var host = await ApiHost.StartAsync();
        var name = (await host.PostAsync("alice", "/v1/rooms", WithBob)).Text("name");
        await host.PostAsync("bob", $"/v1/rooms/{name}/messages", """{"data":1}""");
        Task<ApiAnswer> AskAsync(string token) =>
            host.SendAsync(ApiHost.Request(new HttpMethod(method), token, $"/v1/rooms/{name}{path}", body));

        var member = await AskAsync("alice");
        var owner = await AskAsync("owner");

        Assert.Contains(member.Status, (int[])[400, 403]);
        Assert.Equal((404, "not_found"), (owner.Status, owner.Code));
    }

    [Theory]
    [InlineData("carol")]
    [InlineData("owner")]
    [InlineData("marshal")]
    public async Task T1_15_A_direct_room_of_others_does_not_exist(string token)
    {
        await using var host = await ApiHost.StartAsync();
        var name = (await host.PostAsync("alice", "/v1/rooms", WithBob)).Text("name");

        var there = await host.GetAsync(token, $"/v1/rooms/{name}");
        var absent = await host.GetAsync(token, $"/v1/rooms/{name![..^1]}");
        var list = await host.GetAsync(token, "/v1/rooms");

        Assert.Equal((404, absent.Body), (there.Status, there.Body));
        Assert.DoesNotContain(name, list.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice", """{"kind":"direct"}""", 400, "missing_field")]
    [InlineData("alice", """{"kind":"direct","users":[]}""", 400, "missing_field")]
    [InlineData("alice", """{"kind":"direct","users":["nobody"]}""", 404, "not_found")]
    [InlineData("alice", """{"kind":"direct","users":["bob"],"name":"x"}""", 400, "bad_field")]
    [InlineData("bob", """{"kind":"direct","users":["a","a","a","a","a","a","a","a","a","a","a"]}""", 400, "bad_field")]
    [InlineData("alice:read", WithBob, 403, "forbidden")]
    [InlineData("alice/lobby", WithBob, 403, "forbidden")]
    [InlineData(null, WithBob, 401, "unauthorized")]
    public async Task A_direct_room_is_refused(string? token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(token, "/v1/rooms", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }
}
