namespace Culvert.Tests.Transports;

public sealed class MessageEndpointsTests
{
    private const string First = "/v1/rooms/lobby/messages/1";

    [Fact]
    public async Task An_author_edits_a_message()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "old");

        var answer = await host.PatchAsync("bob", First, """{"data": {"text": "new"}}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"offset":2,"seq":1,"dup":false,"durable":"disk"}""", answer.Body);
        var page = await host.GetAsync("bob", "/v1/rooms/lobby/events");
        Assert.Contains(""" "rev":2 """.Trim(), page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"old\"", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice", First, """{"data":1}""", 403, "forbidden")]
    [InlineData("bob", "/v1/rooms/lobby/messages/2", """{"data":1}""", 404, "no_message")]
    [InlineData("bob", "/v1/rooms/lobby/messages/x", """{"data":1}""", 404, "no_message")]
    [InlineData("bob", "/v1/rooms/lobby/messages/-1", """{"data":1}""", 404, "no_message")]
    [InlineData("bob", "/v1/rooms/none/messages/1", """{"data":1}""", 404, "not_found")]
    [InlineData("bob", First, """[{"data":1}]""", 400, "bad_field")]
    [InlineData("bob", First, """{}""", 400, "missing_field")]
    [InlineData("bob", First, """{""", 400, "bad_json")]
    [InlineData("bob", First, """{"data":1,"ifOffset":7}""", 409, "offset_mismatch")]
    [InlineData("bob:read", First, """{"data":1}""", 403, "forbidden")]
    [InlineData(null, First, """{"data":1}""", 401, "unauthorized")]
    public async Task An_edit_is_refused(string? token, string path, string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "old");

        var answer = await host.PatchAsync(token, path, body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("bob", "", null)]
    [InlineData("alice", "?why=spam", null)]
    [InlineData("owner", "", """{"why":"spam"}""")]
    [InlineData("marshal", "?why=other", """{"why":"spam"}""")]
    public async Task Authors_and_moderators_erase_a_message(string token, string query, string? body)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "secret");

        var answer = await host.DeleteAsync(token, First + query, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal("2", answer.Text("offset"));
        var log = (await host.GetAsync("bob", "/v1/rooms/lobby/events?since=start")).Body;
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
        Assert.Contains("\"erased\":true", log, StringComparison.Ordinal);
        var hasWhy = log.Contains("\"why\":\"spam\"", StringComparison.Ordinal);
        Assert.Equal(token != "bob", hasWhy);
    }

    [Fact]
    public async Task Others_erase_nothing_and_nothing_is_erased_twice()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "x");

        var other = await host.DeleteAsync("carol", First);
        var longWhy = await host.DeleteAsync("bob", First + "?why=" + new string('x', 501));
        var first = await host.DeleteAsync("bob", First);
        var second = await host.DeleteAsync("bob", First);

        Assert.Equal((403, "forbidden"), (other.Status, other.Code));
        Assert.Equal((400, "bad_field"), (longWhy.Status, longWhy.Code));
        Assert.Equal(200, first.Status);
        Assert.Equal((404, "no_message"), (second.Status, second.Code));
    }

    [Fact]
    public async Task A_reaction_is_added_once_and_removed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "x");

        var added = await host.PutAsync("carol", First + "/reactions", """{"emoji":"👍"}""");
        var again = await host.PutAsync("carol", First + "/reactions", """{"emoji":"👍","on":true}""");
        var removed = await host.PutAsync("carol", First + "/reactions", """{"emoji":"👍","on":false}""");

        Assert.Equal("""{"offset":2,"seq":1,"dup":false,"durable":"disk"}""", added.Body);
        Assert.Equal((200, "True"), (again.Status, again.Text("dup")));
        Assert.Equal("3", removed.Text("offset"));
    }

    [Theory]
    [InlineData("""{"emoji":""}""", "bad_field")]
    [InlineData("""{"emoji":" "}""", "bad_field")]
    [InlineData("""{"emoji":"a\nb"}""", "bad_field")]
    [InlineData("""{"emoji":"long"}""", "bad_field")]
    [InlineData("""{}""", "missing_field")]
    public async Task A_reaction_is_refused(string body, string code)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "x");
        body = body.Replace("long", new string('x', 65), StringComparison.Ordinal);

        var answer = await host.PutAsync("carol", First + "/reactions", body);

        Assert.Equal((400, code), (answer.Status, answer.Code));
    }
}
