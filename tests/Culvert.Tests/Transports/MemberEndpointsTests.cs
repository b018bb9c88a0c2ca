using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

public sealed class MemberEndpointsTests
{
    private const string Members = "/v1/rooms/lobby/members";

    [Fact]
    public async Task Members_shows_who_is_online()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("bob", Members);

        Assert.Equal((200, """{"pv":0,"online":[]}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_user_joins_and_leaves_a_public_room()
    {
        await using var host = await ApiHost.StartAsync();

        var joined = await host.PostAsync("bob", Members, """{"user":"BOB"}""");
        var again = await host.PostAsync("bob", Members, """{"user":"bob"}""");
        var left = await host.DeleteAsync("bob", Members + "/bob");
        var leftAgain = await host.DeleteAsync("bob", Members + "/bob");

        Assert.Equal((201, """{"user":"bob","role":"member","offset":1}"""), (joined.Status, joined.Body));
        Assert.Equal((200, """{"user":"bob","role":"member"}"""), (again.Status, again.Body));
        Assert.Equal((200, """{"offset":2}"""), (left.Status, left.Body));
        Assert.Equal((404, "not_found"), (leftAgain.Status, leftAgain.Code));
    }

    [Fact]
    public async Task Moderators_bring_others_and_owners_give_roles()
    {
        await using var host = await ApiHost.StartAsync();

        var promoted = await host.PostAsync("alice", Members, """{"user":"dave","role":"moderator"}""");
        var brought = await host.PostAsync("dave", Members, """{"user":"carol"}""");
        var refused = await host.PostAsync("dave", Members, """{"user":"erin","role":"moderator"}""");
        var demoted = await host.PostAsync("dave", Members, """{"user":"alice","role":"member"}""");
        var kept = await host.PostAsync("alice", Members, """{"user":"dave"}""");
        var lowered = await host.PostAsync("alice", Members, """{"user":"dave","role":"member"}""");
        var byOwner = await host.PostAsync("owner", Members, """{"user":"erin","role":"owner"}""");

        Assert.Equal((201, "moderator"), (promoted.Status, promoted.Text("role")));
        Assert.Equal(201, brought.Status);
        Assert.Equal((403, "forbidden"), (refused.Status, refused.Code));
        Assert.Equal((403, "forbidden"), (demoted.Status, demoted.Code));
        Assert.Equal((200, """{"user":"dave","role":"moderator"}"""), (kept.Status, kept.Body));
        Assert.Equal((200, "member"), (lowered.Status, lowered.Text("role")));
        Assert.Equal((201, "owner"), (byOwner.Status, byOwner.Text("role")));
    }

    [Theory]
    [InlineData("bob", """{"user":"carol"}""", 403, "forbidden")]
    [InlineData("bob", """{"user":"bob","role":"moderator"}""", 403, "forbidden")]
    [InlineData("alice", """{"user":"nobody"}""", 404, "not_found")]
    [InlineData("alice", """{"user":"bob","role":"king"}""", 400, "bad_field")]
    [InlineData("alice", """{}""", 400, "missing_field")]
    [InlineData("alice", """{"user":"frank"}""", 403, "forbidden")]
    [InlineData("bob:read", """{"user":"bob"}""", 403, "forbidden")]
    public async Task A_member_is_not_added(string token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms/lobby/ban", """{"user":"frank"}""");

        var answer = await host.PostAsync(token, Members, body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Moderators_remove_those_below_them()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", Members, """{"user":"dave","role":"moderator"}""");
        await host.PostAsync("bob", Members, """{"user":"bob"}""");

        var byMember = await host.DeleteAsync("carol", Members + "/bob");
        var upwards = await host.DeleteAsync("dave", Members + "/alice");
        var unknown = await host.DeleteAsync("dave", Members + "/nobody");
        var removed = await host.DeleteAsync("dave", Members + "/bob");

        Assert.Equal((403, "forbidden"), (byMember.Status, byMember.Code));
        Assert.Equal((403, "forbidden"), (upwards.Status, upwards.Code));
        Assert.Equal((404, "There is no user nobody."), (unknown.Status, unknown.Text("detail")));
        Assert.Equal(200, removed.Status);
    }

    [Fact]
    public async Task The_read_cursor_only_grows_and_the_user_hears_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2", "3");
        var bob = await host.SubscribeAsync("bob");
        var carol = await host.SubscribeAsync("carol");

        var two = await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":2}""");
        var one = await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":1}""");
        var ahead = await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":99}""");

        Assert.Equal(
            ("""{"seq":2}""", """{"seq":2}""", """{"seq":3}"""), (two.Body, one.Body, ahead.Body));
        Assert.Equal("3", (await host.GetAsync("bob", "/v1/rooms/lobby")).Text("read"));
        var line = await bob.WaitAsync("\"ev\":\"read\"");
        Assert.Equal("""{"ev":"read","room":"lobby","from":"bob","seq":2}""", line);
        await host.PublishAsync("bob", "4");
        await carol.WaitAsync("\"seq\":4");
        Assert.DoesNotContain(carol.Lines, seen => seen.Contains("\"ev\":\"read\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_marks_messages_as_unread_and_the_other_connections_hear_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2", "3");
        await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":3}""");
        var bob = await host.SubscribeAsync("bob");

        var back = await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":1,"back":true}""");

        Assert.Equal((200, """{"seq":1}"""), (back.Status, back.Body));
        var line = await bob.WaitAsync("\"ev\":\"read\"");
        Assert.Equal("""{"ev":"read","room":"lobby","from":"bob","seq":1,"back":true}""", line);
        Assert.Equal("1", (await host.GetAsync("bob", "/v1/rooms/lobby")).Text("read"));
        Assert.Equal("""{"seq":2}""", (await host.PutAsync("bob", "/v1/rooms/lobby/read", """{"seq":2}""")).Body);
    }

    [Fact]
    public async Task A_user_hears_of_own_memberships_on_every_web_socket()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("alice", "/v1/rooms", """{"name":"den","kind":"private"}""");
        var (one, other, carol) = (host.Connect("bob"), host.Connect("bob"), host.Connect("carol"));
        var limited = host.Connect("bob/lobby");

        await host.PostAsync("alice", "/v1/rooms/den/members", """{"user":"bob"}""");

        await one.WaitAsync("""{"ev":"rooms","room":"den","joined":true}""");
        await other.WaitAsync("""{"ev":"rooms","room":"den","joined":true}""");
        await host.DeleteAsync("alice", "/v1/rooms/den/members/bob");
        await one.WaitAsync("""{"ev":"rooms","room":"den","joined":false}""");
        await host.PostAsync("bob", Members, """{"user":"bob"}""");
        await limited.WaitAsync("""{"ev":"rooms","room":"lobby","joined":true}""");
        Assert.DoesNotContain(limited.Lines, line => line.Contains("\"den\"", StringComparison.Ordinal));
        Assert.Empty(carol.Lines);
    }

    [Fact]
    public async Task T1_18_The_last_owner_of_a_room_stays_one()
    {
        await using var host = await ApiHost.StartAsync();

        var demoted = await host.PostAsync("alice", Members, """{"user":"alice","role":"member"}""");
        var left = await host.DeleteAsync("alice", Members + "/alice");
        await host.PostAsync("alice", Members, """{"user":"bob","role":"owner"}""");
        var second = await host.PostAsync("alice", Members, """{"user":"alice","role":"member"}""");

        Assert.Equal((403, "forbidden"), (demoted.Status, demoted.Code));
        Assert.Contains("last owner", demoted.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(403, left.Status);
        Assert.Equal((200, "member"), (second.Status, second.Text("role")));
    }

    [Theory]
    [InlineData("bob", """{"seq":-1}""", 400, "bad_field")]
    [InlineData("bob", """{"seq":9007199254740992}""", 400, "bad_field")]
    [InlineData("bob", """{"seq":"1"}""", 400, "bad_field")]
    [InlineData("bob", """{}""", 400, "missing_field")]
    [InlineData("bob:read", """{"seq":1}""", 403, "forbidden")]
    public async Task A_read_cursor_is_refused(string token, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PutAsync(token, "/v1/rooms/lobby/read", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Who_leaves_a_private_room_is_shown_the_door()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PatchAsync("alice", "/v1/rooms/lobby", """{"kind":"private"}""");
        await host.PostAsync("alice", Members, """{"user":"bob"}""");
        var bob = await host.SubscribeAsync("bob");

        var left = await host.DeleteAsync("bob", Members + "/bob");

        Assert.Equal(200, left.Status);
        Assert.Equal(StreamCloseCode.AccessLost, await bob.EndAsync());
        Assert.Equal(404, (await host.GetAsync("bob", Members)).Status);
        Assert.Equal(RoomKind.Private, host.Rooms.Loaded.Single().Record.Kind);
    }
}
