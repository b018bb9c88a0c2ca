using Culvert.Protocol.Rooms;

namespace Culvert.Tests.Transports;

public sealed class ModerationEndpointsTests
{
    [Theory]
    [InlineData("kick", """{"user":"bob","why":"spam"}""", "\"ev\":\"kick\"", "\"user\":\"bob\",\"why\":\"spam\"")]
    [InlineData("ban", """{"user":"bob","until":1790000001000}""", "\"ev\":\"ban\"", "\"until\":1790000001000")]
    [InlineData("unban", """{"user":"bob"}""", "\"ev\":\"unban\"", "\"user\":\"bob\"")]
    [InlineData("mute", """{"user":"Bob"}""", "\"ev\":\"mute\"", "\"user\":\"bob\"")]
    [InlineData("unmute", """{"user":"bob"}""", "\"ev\":\"unmute\"", "\"user\":\"bob\"")]
    public async Task Each_act_is_an_event(string verb, string body, string name, string members)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("alice", $"/v1/rooms/lobby/{verb}", body);

        Assert.Equal((200, """{"offset":1}"""), (answer.Status, answer.Body));
        var log = (await host.GetAsync("alice", "/v1/rooms/lobby/events?since=start")).Body;
        Assert.Contains(name, log, StringComparison.Ordinal);
        Assert.Contains(members, log, StringComparison.Ordinal);
        Assert.Contains("\"by\":\"alice\"", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_empties_the_room()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "gone");

        var answer = await host.PostAsync("alice", "/v1/rooms/lobby/clear", """{"why":"new week"}""");

        Assert.Equal((200, """{"offset":2}"""), (answer.Status, answer.Body));
        var log = (await host.GetAsync("bob", "/v1/rooms/lobby/events?since=start")).Body;
        Assert.Contains("\"ev\":\"clear\"", log, StringComparison.Ordinal);
        Assert.Contains("\"why\":\"new week\"", log, StringComparison.Ordinal);
        var page = await host.GetAsync("bob", "/v1/rooms/lobby/events");
        Assert.Equal(("2", "False", 0), (
            page.Text("floor"), page.Text("more"), page.Json.GetProperty("events").GetArrayLength()));
    }

    [Fact]
    public async Task A_mute_ends_by_itself()
    {
        await using var host = await ApiHost.StartAsync();
        const string Messages = "/v1/rooms/lobby/messages";
        await host.PostAsync("alice", "/v1/rooms/lobby/mute", """{"user":"bob","until":1790000060000}""");

        var muted = await host.PostAsync("bob", Messages, """{"data":1}""");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var free = await host.PostAsync("bob", Messages, """{"data":1}""");

        Assert.Equal((403, "muted"), (muted.Status, muted.Code));
        Assert.Equal(201, free.Status);
    }

    [Fact]
    public async Task A_ban_holds_for_every_way_in_until_it_is_lifted()
    {
        await using var host = await ApiHost.StartAsync();
        var bob = await host.SubscribeAsync("bob");

        await host.PostAsync("alice", "/v1/rooms/lobby/ban", """{"user":"bob"}""");
        var banned = await host.GetAsync("bob", "/v1/rooms/lobby");
        await host.PostAsync("alice", "/v1/rooms/lobby/unban", """{"user":"bob"}""");
        var back = await host.GetAsync("bob", "/v1/rooms/lobby");

        Assert.Equal(StreamCloseCode.Banned, await bob.EndAsync());
        Assert.Equal((404, 200), (banned.Status, back.Status));
    }

    [Theory]
    [InlineData("bob", """{"user":"carol"}""", 403, "forbidden")]
    [InlineData("alice", """{"user":"alice"}""", 403, "forbidden")]
    [InlineData("alice", """{"user":"owner"}""", 403, "forbidden")]
    [InlineData("alice", """{"user":"marshal"}""", 403, "forbidden")]
    [InlineData("dave", """{"user":"alice"}""", 403, "forbidden")]
    [InlineData("dave", """{"user":"erin"}""", 403, "forbidden")]
    [InlineData("alice:write", """{"user":"bob"}""", 403, "forbidden")]
    [InlineData("alice", """{"user":"nobody"}""", 404, "not_found")]
    [InlineData("alice", """{}""", 400, "missing_field")]
    [InlineData("alice", """{"user":"bob","until":1790000000000}""", 400, "bad_field")]
    [InlineData("alice", """{"user":"bob","until":-5}""", 400, "bad_field")]
    [InlineData("alice", """{"user":"bob","why":"long"}""", 400, "bad_field")]
    [InlineData(null, """{"user":"bob"}""", 401, "unauthorized")]
    public async Task A_ban_is_refused(string? token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var moderator in new[] { "dave", "erin" })
        {
            var role = $$"""{"user":"{{moderator}}","role":"moderator"}""";
            Assert.Equal(201, (await host.PostAsync("alice", "/v1/rooms/lobby/members", role)).Status);
        }

        body = body.Replace("long", new string('x', 501), StringComparison.Ordinal);

        var answer = await host.PostAsync(token, "/v1/rooms/lobby/ban", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }
}
