using System.Text.Json;

namespace Culvert.Tests.Transports;

public sealed class PageEndpointTests
{
    private const string Events = "/v1/rooms/lobby/events";

    [Fact]
    public async Task A_page_has_its_cursor_floor_and_events()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "hi");

        var answer = await host.GetAsync("alice", Events);

        var epoch = answer.Text("epoch");
        Assert.Equal(
            $$$"""{"room":"lobby","epoch":"{{{epoch}}}","cursor":"{{{epoch}}}-1","floor":1,"seq":1,"events":["""
            + """{"ev":"msg","room":"lobby","seq":1,"at":1790000000000,"from":"bob","data":{"text":"hi"}}],"""
            + "\"more\":false}",
            answer.Body);
        Assert.Equal(("application/json", "no-store", "Accept"), (
            answer.ContentType, answer.Header("Cache-Control"), answer.Header("Vary")));
    }

    [Theory]
    [InlineData("?limit=3", "8,9,10", true)]
    [InlineData("", "1,2,3,4,5,6,7,8,9,10", false)]
    [InlineData("?before=4&limit=2", "2,3", true)]
    [InlineData("?before=3", "1,2", false)]
    [InlineData("?before=1", "", false)]
    [InlineData("?after=8&limit=2", "9,10", false)]
    [InlineData("?after=0&limit=2", "1,2", true)]
    [InlineData("?after=10", "", false)]
    [InlineData("?around=5&limit=3", "4,5,6", true)]
    [InlineData("?around=5", "1,2,3,4,5,6,7,8,9,10", false)]
    [InlineData("?at=1790000005000&limit=2", "6,7", true)]
    [InlineData("?at=9000000000000", "", false)]
    public async Task Messages_come_in_pages(string query, string seqs, bool more)
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 1; i <= 10; i++)
        {
            await host.PublishAsync("bob", $"{i}");
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var answer = await host.GetAsync("bob", Events + query);

        Assert.Equal((seqs, more), (SeqsOf(answer), answer.Json.GetProperty("more").GetBoolean()));
        Assert.EndsWith("-10", answer.Text("cursor"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_would_be_too_large_ends_where_the_next_one_begins()
    {
        await using var host = await ApiHost.StartAsync();
        var text = new string('x', 60_000);
        await host.PublishAsync("bob+", [.. Enumerable.Repeat(text, 30)]);

        var latest = await host.GetAsync("bob", Events);
        var start = await host.GetAsync("bob", Events + "?after=0");
        var log = await host.GetAsync("bob", Events + "?since=start");

        Assert.EndsWith(",29,30", SeqsOf(latest), StringComparison.Ordinal);
        Assert.StartsWith("1,2,3,", SeqsOf(start), StringComparison.Ordinal);
        Assert.All(
            [latest, start, log],
            page =>
            {
                Assert.True(page.Json.GetProperty("more").GetBoolean());
                Assert.InRange(page.Body.Length, 500_000, 1_200_000);
            });
        var count = log.Json.GetProperty("events").GetArrayLength();
        Assert.EndsWith($"-{count}", log.Text("cursor"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_read_page_by_page_with_the_cursor_of_the_last()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2");
        await host.PatchAsync("alice", "/v1/rooms/lobby", """{"topic":"t"}""");

        var first = await host.GetAsync("bob", Events + "?since=start&limit=2");
        var second = await host.GetAsync("bob", $"{Events}?since={first.Text("cursor")}&limit=2");
        var third = await host.GetAsync("bob", $"{Events}?since={second.Text("cursor")}&limit=2");

        Assert.Equal(("1,2", "True"), (OffsetsOf(first), first.Text("more")));
        Assert.Equal(("3", "False"), (OffsetsOf(second), second.Text("more")));
        Assert.Equal(("", second.Text("cursor")), (OffsetsOf(third), third.Text("cursor")));
    }

    [Theory]
    [InlineData("now", "", "-3")]
    [InlineData("last:2", "2,3", "-3")]
    [InlineData("last:9", "1,2,3", "-3")]
    [InlineData("start", "1,2,3", "-3")]
    public async Task A_log_page_starts_where_it_is_told(string since, string offsets, string cursor)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2", "3");

        var answer = await host.GetAsync("bob", $"{Events}?since={since}");

        Assert.Equal((offsets, "False"), (OffsetsOf(answer), answer.Text("more")));
        Assert.EndsWith(cursor, answer.Text("cursor"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other-1", "epoch", "", "1,2,3,4")]
    [InlineData("EPOCH-9", "ahead", "", "1,2,3,4")]
    [InlineData("EPOCH-9", "ahead", "&gap=oldest", "1,2,3,4")]
    [InlineData("EPOCH-9", "ahead", "&gap=snapshot", "1,2,3,4")]
    public async Task A_cursor_that_cannot_be_honoured_gives_a_gap(
        string cursor, string why, string gap, string offsets)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2", "3", "4");
        var epoch = (await host.GetAsync("bob", Events)).Text("epoch");
        cursor = cursor.Replace("EPOCH", epoch, StringComparison.Ordinal);

        var answer = await host.GetAsync("bob", $"{Events}?since={cursor}{gap}");
        var rejected = await host.GetAsync("bob", $"{Events}?since={cursor}&gap=reject");

        var have = cursor.Split('-')[1];
        Assert.Equal($$"""{"have":{{have}},"floor":1,"why":"{{why}}"}""", answer.Text("gap"));
        var events = answer.Json.GetProperty("events");
        Assert.Equal(
            $$"""{"ev":"gap","room":"lobby","have":{{have}},"floor":1,"why":"{{why}}"}""", events[0].ToString());
        Assert.Equal(offsets, OffsetsOf(answer));
        Assert.Equal((410, "gap_rejected"), (rejected.Status, rejected.Code));
    }

    [Fact]
    public async Task A_cursor_below_the_floor_gives_a_gap()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2");
        var epoch = (await host.GetAsync("bob", Events)).Text("epoch");
        await host.PostAsync("alice", "/v1/rooms/lobby/clear");

        var below = await host.GetAsync("bob", $"{Events}?since={epoch}-1");
        var atFloor = await host.GetAsync("bob", $"{Events}?since={epoch}-2&gap=reject");

        Assert.Equal("""{"have":1,"floor":3,"why":"cleared"}""", below.Text("gap"));
        Assert.Equal(("3", "3"), (OffsetsOf(below), OffsetsOf(atFloor)));
        Assert.Null(atFloor.Text("gap"));
    }

    [Theory]
    [InlineData("?since=garbage", "bad_cursor")]
    [InlineData("?since=-1", "bad_cursor")]
    [InlineData("?since=last:0", "bad_cursor")]
    [InlineData("?since=start&gap=maybe", "bad_field")]
    [InlineData("?before=x", "bad_field")]
    [InlineData("?before=-1", "bad_field")]
    [InlineData("?at=99999999999999999999", "bad_field")]
    [InlineData("?before=1&after=1", "bad_field")]
    [InlineData("?before=1&since=start", "bad_field")]
    [InlineData("?around=1&wait=5", "bad_field")]
    [InlineData("?wait=61", "bad_field")]
    [InlineData("?wait=-1", "bad_field")]
    [InlineData("?wait=1.5", "bad_field")]
    public async Task A_query_that_makes_no_sense_is_refused(string query, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("bob", Events + query);

        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Head_says_where_the_log_stands()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PublishAsync("bob", "1", "2");
        var epoch = (await host.GetAsync("bob", Events)).Text("epoch");

        var answer = await host.SendAsync(ApiHost.Request(HttpMethod.Head, "bob", Events));
        var stranger = await host.SendAsync(ApiHost.Request(HttpMethod.Head, null, Events));

        Assert.Equal((200, $"{epoch}-2", "1"), (
            answer.Status, answer.Header("Culvert-Cursor"), answer.Header("Culvert-Floor")));
        Assert.Equal(401, stranger.Status);
    }

    private static string SeqsOf(ApiAnswer answer) => Join(answer, "seq");

    private static string OffsetsOf(ApiAnswer answer) => Join(answer, "offset");

    private static string Join(ApiAnswer answer, string member) => string.Join(
        ',', answer.Json.GetProperty("events").EnumerateArray().Where(IsNoGap).Select(line => NumberOf(line, member)));

    private static bool IsNoGap(JsonElement line) => line.GetProperty("ev").GetString() != "gap";

    private static long NumberOf(JsonElement line, string member) => line.GetProperty(member).GetInt64();
}
