using System.Text.Json;

namespace Culvert.Tests.Transports;

public sealed class RosterTests
{
    private const string Roster = "/v1/rooms/lobby/roster";

    [Fact]
    public async Task The_roster_has_members_with_roles_and_mutes_and_bans_for_moderators()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("bob", "/v1/rooms/lobby/members", """{"user":"bob"}""");
        await host.PostAsync("alice", "/v1/rooms/lobby/members", """{"user":"dave","role":"moderator"}""");
        await host.PostAsync("alice", "/v1/rooms/lobby/mute", """{"user":"bob","until":1790000060000}""");
        await host.PostAsync("alice", "/v1/rooms/lobby/ban", """{"user":"frank"}""");

        var moderator = await host.GetAsync("dave", Roster);
        var member = await host.GetAsync("bob", Roster);

        Assert.Equal(
            """
            [{"name":"alice","role":"owner","joinedAt":1790000000000},
            """
            + """
            {"name":"bob","role":"member","joinedAt":1790000000000,"mutedUntil":1790000060000},
            """
            + """
            {"name":"dave","role":"moderator","joinedAt":1790000000000}]
            """,
            moderator.Json.GetProperty("members").GetRawText());
        Assert.Equal(
            """[{"name":"frank","bannedUntil":9007199254740991}]""", moderator.Json.GetProperty("banned").GetRawText());
        Assert.False(member.Json.TryGetProperty("banned", out _));
        Assert.Equal(3, member.Json.GetProperty("members").GetArrayLength());
    }

    [Fact]
    public async Task The_roster_comes_page_by_page()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var name in new[] { "bob", "carol", "dave" })
        {
            await host.PostAsync(name, "/v1/rooms/lobby/members", $$"""{"user":"{{name}}"}""");
        }

        var first = await host.GetAsync("bob", Roster + "?limit=3");
        var second = await host.GetAsync("bob", $"{Roster}?limit=3&after={first.Text("next")}");
        var bad = await host.GetAsync("bob", Roster + "?after=x");

        Assert.Equal(["alice", "bob", "carol"], NamesOf(first));
        Assert.Equal(["dave"], NamesOf(second));
        Assert.Null(second.Text("next"));
        Assert.Equal((400, "bad_field"), (bad.Status, bad.Code));
    }

    private static IEnumerable<string?> NamesOf(ApiAnswer answer) =>
        answer.Json.GetProperty("members").EnumerateArray().Select(static (JsonElement m) =>
            m.GetProperty("name").GetString());
}
