using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

public sealed class FloodTests
{
    private const string Messages = "/v1/rooms/lobby/messages";
    private const string Hello = """{"data":{"text":"hello"}}""";

    [Fact]
    public async Task T1_54_The_same_text_again_is_refused_with_a_countdown()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("bob", "/v1/rooms", """{"name":"den"}""");

        var first = await host.PostAsync("bob", Messages, Hello);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var again = await host.PostAsync("bob", Messages, Hello);
        var plain = await host.PostAsync("bob", Messages, "hello", "text/plain");
        var batch = await host.PostAsync("bob", Messages, $"[{Hello}]");
        var elsewhere = await host.PostAsync("bob", "/v1/rooms/den/messages", Hello);
        var other = await host.PostAsync("carol", Messages, Hello);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var later = await host.PostAsync("bob", Messages, Hello);

        Assert.Equal((201, 201, 201, 201), (first.Status, elsewhere.Status, other.Status, later.Status));
        Assert.All([again, plain, batch], answer =>
        {
            Assert.Equal((429, "rate_limited"), (answer.Status, answer.Code));
            Assert.Equal(
                ("3000", "You have just sent the same text."), (answer.Text("after_ms"), answer.Text("detail")));
        });
    }

    [Fact]
    public async Task T1_54_A_second_try_with_the_same_key_is_no_repetition()
    {
        await using var host = await ApiHost.StartAsync();
        const string Keyed = """{"data":{"text":"hello"},"key":"k1"}""";

        var first = await host.PostAsync("bob", Messages, Keyed);
        var retry = await host.PostAsync("bob", Messages, Keyed);
        var other = await host.PostAsync("bob", Messages, """{"data":{"text":"hello"},"key":"k2"}""");

        Assert.Equal(("False", "True"), (first.Text("dup"), retry.Text("dup")));
        Assert.Equal(429, other.Status);
    }

    [Theory]
    [InlineData("bob", """{"data":7}""")]
    [InlineData("bob", """{"data":{"temperature":20}}""")]
    [InlineData("bob+", Hello)]
    public async Task Readings_repeat_and_so_does_who_has_no_limits(string token, string body)
    {
        await using var host = await ApiHost.StartAsync();

        var first = await host.PostAsync(token, Messages, body);
        var second = await host.PostAsync(token, Messages, body);

        Assert.Equal((201, 201), (first.Status, second.Status));
    }

    [Fact]
    public async Task T1_54_Too_many_messages_are_refused_with_a_countdown()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { PublishPerSecond = 1, PublishBurst = 3 });

        List<ApiAnswer> answers = [];
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await host.PostAsync("bob", Messages, $$$"""{"data":{"text":"{{{i}}}"}}"""));
        }

        Assert.Equal([201, 201, 201, 429], answers.Select(answer => answer.Status));
        Assert.Equal(("1000", "1"), (answers[3].Text("after_ms"), answers[3].Header("Retry-After")));
    }

    [Fact]
    public async Task T1_51_A_kick_ends_every_view_of_the_room_with_its_reason_and_the_user_may_come_back()
    {
        await using var host = await ApiHost.StartAsync();
        var (one, other, carol) =
            (await host.SubscribeAsync("bob"), await host.SubscribeAsync("bob"), await host.SubscribeAsync("carol"));

        await host.PostAsync("alice", "/v1/rooms/lobby/kick", """{"user":"bob","why":"too loud"}""");

        foreach (var view in new[] { one, other })
        {
            // The clock stands still: no timer has a part in it.
            Assert.Equal(StreamCloseCode.Kicked, await view.EndAsync().WaitAsync(ApiHost.Limit, Cancel));
            Assert.Contains("\"why\":\"too loud\"", await view.WaitAsync("\"ev\":\"kick\""), StringComparison.Ordinal);
        }

        await carol.WaitAsync("\"ev\":\"kick\"");
        await host.SubscribeAsync("bob");
    }

    [Fact]
    public async Task T1_52_A_ban_ends_every_view_and_holds_for_one_who_already_left()
    {
        await using var host = await ApiHost.StartAsync();
        var (one, other) = (await host.SubscribeAsync("bob"), await host.SubscribeAsync("bob"));

        await host.PostAsync("alice", "/v1/rooms/lobby/commands", """{"text":"/ban bob 2h spam"}""");
        await host.PostAsync("alice", "/v1/rooms/lobby/commands", """{"text":"/ban carol"}""");

        Assert.Equal(StreamCloseCode.Banned, await one.EndAsync().WaitAsync(ApiHost.Limit, Cancel));
        Assert.Equal(StreamCloseCode.Banned, await other.EndAsync().WaitAsync(ApiHost.Limit, Cancel));
        foreach (var name in new[] { "bob", "carol" })
        {
            Assert.Equal(404, (await host.GetAsync(name, "/v1/rooms/lobby/events")).Status);
            Assert.Equal(404, (await host.PostAsync(name, Messages, """{"data":1}""")).Status);
            Assert.Equal(404, (await host.PostAsync(
                name, "/v1/rooms/lobby/members", $$"""{"user":"{{name}}"}""")).Status);
        }

        host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(200, (await host.GetAsync("bob", "/v1/rooms/lobby")).Status);
        Assert.Equal(404, (await host.GetAsync("carol", "/v1/rooms/lobby")).Status);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
