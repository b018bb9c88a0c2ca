namespace Culvert.Tests.Transports;

public sealed class CommandEndpointsTests
{
    private const string Commands = "/v1/rooms/lobby/commands";

    [Theory]
    [InlineData("/kick bob", "\"ev\":\"kick\"", "\"user\":\"bob\"}")]
    [InlineData("/KILL   @Bob  too   loud", "\"ev\":\"kick\"", "\"user\":\"bob\",\"why\":\"too   loud\"")]
    [InlineData("  /ban bob 2h spam", "\"ev\":\"ban\"", "\"why\":\"spam\",\"until\":1790007200000")]
    [InlineData("/ban\\tbob\\n3D", "\"ev\":\"ban\"", "\"user\":\"bob\",\"until\":1790259200000")]
    [InlineData("/ban bob 2nd warning", "\"ev\":\"ban\"", "\"why\":\"2nd warning\"}")]
    [InlineData("/mute bob 10m", "\"ev\":\"mute\"", "\"until\":1790000600000")]
    [InlineData("/unmute bob", "\"ev\":\"unmute\"", "\"user\":\"bob\"}")]
    [InlineData("/unban @BOB", "\"ev\":\"unban\"", "\"user\":\"bob\"}")]
    [InlineData("/topic  Release  day ", "\"ev\":\"topic\"", "\"topic\":\"Release  day\"")]
    [InlineData("/invite bob", "\"ev\":\"join\"", "\"user\":\"bob\"}")]
    [InlineData("/clear", "\"ev\":\"clear\"", "\"by\":\"alice\"}")]
    public async Task T1_50_A_command_is_done_and_shown_by_the_room(string text, string name, string members)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("alice", Commands, $$"""{"text":"{{text}}"}""");

        Assert.Equal((200, """{"notice":null}"""), (answer.Status, answer.Body));
        var log = (await host.GetAsync("alice", "/v1/rooms/lobby/events?since=start")).Body;
        Assert.Contains(name, log, StringComparison.Ordinal);
        Assert.Contains(members, log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/frobnicate bob", "There is no command /frobnicate.")]
    [InlineData("/", "There is no command /.")]
    [InlineData("/ban", "Usage: /ban NAME [TIME] [WHY]")]
    [InlineData("/ban @", "Usage: /ban NAME [TIME] [WHY]")]
    [InlineData("/ban bob 0m", "Usage: /ban NAME [TIME] [WHY]")]
    [InlineData("/ban nobody 2h", "There is no user nobody.")]
    [InlineData("/kick", "Usage: /kick NAME [WHY]")]
    [InlineData("/kill", "Usage: /kick NAME [WHY]")]
    [InlineData("/unmute bob please", "Usage: /unmute NAME")]
    [InlineData("/unban bob please", "Usage: /unban NAME")]
    [InlineData("/mute all 2h", "Usage: /mute NAME [TIME] [WHY]")]
    [InlineData("/clear all", "Usage: /clear")]
    [InlineData("/topic", "Usage: /topic TEXT")]
    [InlineData("/invite", "Usage: /invite NAME")]
    [InlineData("/invite bob carol", "Usage: /invite NAME")]
    [InlineData("/invite nobody", "There is no user nobody.")]
    [InlineData("//shrug", "A command begins with one slash")]
    [InlineData("hello", "A command begins with one slash")]
    public async Task T1_50_A_command_in_the_wrong_form_says_how_and_does_nothing(string text, string why)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("alice", Commands, $$"""{"text":"{{text}}"}""");

        Assert.Equal((400, "bad_command"), (answer.Status, answer.Code));
        Assert.StartsWith(why, answer.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("0", (await host.GetAsync("alice", "/v1/rooms/lobby")).Text("offset"));
    }

    [Theory]
    [InlineData("bob", "/help /who")]
    [InlineData("alice:read", "/help /who")]
    [InlineData("alice", "/help /who /topic /invite /kick /mute /unmute /ban /unban /clear")]
    public async Task T1_50_The_list_has_those_one_may_use(string token, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(token, Commands);
        var help = await host.PostAsync(token, Commands, """{"text":"/help"}""");

        var commands = answer.Json.GetProperty("commands").EnumerateArray().ToArray();
        Assert.Equal(expected, string.Join(' ', commands.Select(entry => entry.GetProperty("name").GetString())));
        Assert.All(commands, entry =>
            Assert.Contains(entry.GetProperty("usage").GetString()!, help.Text("notice"), StringComparison.Ordinal));
        Assert.Equal(expected.Split(' ').Length + 1, help.Text("notice")!.Split('\n').Length);
    }

    [Theory]
    [InlineData("/topic x")]
    [InlineData("/kick carol")]
    [InlineData("/clear")]
    [InlineData("/invite carol")]
    public async Task A_command_of_moderators_is_refused_to_others(string text)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Commands, $$"""{"text":"{{text}}"}""");

        Assert.Equal((403, "forbidden"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task T1_50_Invite_opens_a_private_room_and_who_tells_who_is_here()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms", """{"name":"den","kind":"private"}""");

        await host.PostAsync("alice", "/v1/rooms/den/commands", """{"text":"/invite @bob"}""");
        var again = await host.PostAsync("alice", "/v1/rooms/den/commands", """{"text":"/invite bob"}""");
        var who = await host.PostAsync("bob", "/v1/rooms/den/commands", """{"text":"/who"}""");

        Assert.Equal("bob is a member already.", again.Text("notice"));
        Assert.Equal("Here now: bob", who.Text("notice"));
    }

    [Fact]
    public async Task T1_53_A_room_is_muted_for_all_but_moderators()
    {
        await using var host = await ApiHost.StartAsync();
        const string Messages = "/v1/rooms/lobby/messages";

        var muted = await host.PostAsync("alice", Commands, """{"text":"/mute all"}""");
        var refused = await host.PostAsync("bob", Messages, """{"data":1}""");
        var moderator = await host.PostAsync("alice", Messages, """{"data":1}""");
        var info = await host.GetAsync("bob", "/v1/rooms/lobby");
        await host.PostAsync("alice", Commands, """{"text":"/unmute all"}""");
        var free = await host.PostAsync("bob", Messages, """{"data":1}""");

        Assert.Equal("Only moderators may write here now.", muted.Text("notice"));
        Assert.Equal((403, "read_only"), (refused.Status, refused.Code));
        Assert.Equal((201, "True", 201), (moderator.Status, info.Text("readOnly"), free.Status));
    }

    [Fact]
    public async Task T1_53_A_muted_user_is_told_until_when()
    {
        await using var host = await ApiHost.StartAsync();

        await host.PostAsync("alice", Commands, """{"text":"/mute bob 10m"}""");
        var bob = await host.GetAsync("bob", "/v1/rooms/lobby");
        await host.PostAsync("alice", Commands, """{"text":"/mute carol"}""");
        var carol = await host.GetAsync("carol", "/v1/rooms/lobby");
        host.Time.Advance(TimeSpan.FromMinutes(10));
        var later = await host.GetAsync("bob", "/v1/rooms/lobby");

        Assert.Equal(("1790000600000", "9007199254740991"), (bob.Text("mutedUntil"), carol.Text("mutedUntil")));
        Assert.Null(later.Text("mutedUntil"));
    }
}
