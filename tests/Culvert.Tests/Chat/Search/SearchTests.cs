using System.Net;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Chat.Search;

public sealed class SearchTests
{
    [Fact]
    public async Task T1_42_Words_are_found_in_their_forms_newest_first()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.SayAsync("alice", "Our meeting is on Monday");
        await rig.SayAsync("bob", "Which meetings? We met already.");
        await rig.SayAsync("alice", "Сообщения из комнаты прочитаны");
        await rig.SayAsync("bob", "Нет ни одного сообщения в комнатах");
        await rig.SayAsync("bob", "東京都庁で会う");
        await rig.SayAsync("carol", "Das Café an der Straße");
        await rig.FollowedAsync();

        Assert.Equal(
            ["Which meetings? We met already.", "Our meeting is on Monday"], await rig.FindAsync("carol", "MEETING"));
        Assert.Equal(
            ["Нет ни одного сообщения в комнатах", "Сообщения из комнаты прочитаны"],
            await rig.FindAsync("carol", "сообщение комната"));
        Assert.Equal(["東京都庁で会う"], await rig.FindAsync("carol", "都庁"));
        Assert.Equal(["東京都庁で会う"], await rig.FindAsync("carol", "京"));
        Assert.Equal(["Das Café an der Straße"], await rig.FindAsync("carol", "cafe strasse"));
        Assert.Empty(await rig.FindAsync("carol", "meeting tuesday"));
    }

    [Fact]
    public async Task T1_42_Phrases_and_operators_narrow_the_search()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "kitchen" });
        await rig.SayAsync("alice", "red running shoes");
        await rig.SayAsync("bob", "shoes running red https://example.com");
        await rig.SayAsync("alice", "running in the kitchen", "kitchen");
        var file = await rig.PutAsync("carol", "Holiday-Plan.txt", "x"u8.ToArray());
        await rig.ShowAsync("carol", "see", file);
        await rig.FollowedAsync();
        await rig.FollowedAsync("kitchen");

        Assert.Equal(["red running shoes"], await rig.FindAsync("bob", "\"running shoes\""));
        Assert.Equal(["shoes running red https://example.com"], await rig.FindAsync("bob", "running from:bob"));
        Assert.Equal(["running in the kitchen"], await rig.FindAsync("bob", "running in:kitchen"));
        Assert.Equal(["running in the kitchen"], await rig.FindAsync("bob", "running", "&room=kitchen"));
        Assert.Equal(["shoes running red https://example.com"], await rig.FindAsync("bob", "has:link"));
        Assert.Equal(["see"], await rig.FindAsync("bob", "has:file"));
        Assert.Equal(["see"], await rig.FindAsync("bob", "has:image from:@carol"));
        Assert.Empty(await rig.FindAsync("bob", "running in:nowhere"));
        var day = rig.Server.Time.GetUtcNow().ToString("yyyy-MM-dd");
        Assert.Equal(3, (await rig.FindAsync("bob", $"running after:{day}")).Length);
        Assert.Empty(await rig.FindAsync("bob", $"running before:{day}"));
        Assert.Equal(4, (await rig.FindAsync("bob", $"after:{day}")).Length);
    }

    [Theory]
    [InlineData("foo\" OR \"bar")]
    [InlineData("NEAR(a b)")]
    [InlineData("words : shoes*")]
    [InlineData("^shoes AND NOT red")]
    [InlineData("a\"b\"\"c\"\"\"")]
    [InlineData("-shoes + (")]
    [InlineData("'; drop table users; --")]
    public async Task T1_42_No_query_is_a_syntax_error(string query)
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.SayAsync("alice", "red shoes");
        await rig.FollowedAsync();

        Assert.True((await rig.FindAsync("bob", query)).Length <= 1);
    }

    [Fact]
    public async Task T1_42_Only_rooms_that_the_reader_may_read_now_are_searched()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "den", kind = "private" });
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms/den/members", new { user = "bob" });
        await rig.SayAsync("alice", "the treasure is here", "den");
        await rig.FollowedAsync("den");

        var asMember = await rig.FindAsync("bob", "treasure");
        await rig.MustAsync("alice", HttpMethod.Delete, "/v1/rooms/den/members/bob");

        Assert.Single(asMember);
        Assert.Empty(await rig.FindAsync("bob", "treasure"));
        Assert.Empty(await rig.FindAsync("bob", "treasure in:den"));
        Assert.Empty(await rig.FindAsync("carol", "treasure"));
        Assert.Equal(HttpStatusCode.NotFound, await rig.StatusAsync("carol", "/v1/search?q=treasure&room=den"));
    }

    [Fact]
    public async Task T1_27_An_erased_or_edited_text_is_not_found()
    {
        await using var rig = await ContentRig.StartAsync();
        var erased = await rig.SayAsync("alice", "a hidden treasure");
        var edited = await rig.SayAsync("alice", "another treasure");
        await rig.FollowedAsync();
        Assert.Equal(2, (await rig.FindAsync("bob", "treasure")).Length);

        await rig.MustAsync("alice", HttpMethod.Delete, $"/v1/rooms/lobby/messages/{erased}");
        await rig.MustAsync(
            "alice", HttpMethod.Patch, $"/v1/rooms/lobby/messages/{edited}", new { data = new { text = "nothing" } });

        // At once, before the index knows.
        Assert.Empty(await rig.FindAsync("bob", "treasure"));
        await rig.FollowedAsync();
        Assert.Empty(await rig.FindAsync("bob", "treasure"));
        Assert.Equal(["nothing"], await rig.FindAsync("bob", "nothing"));
    }

    [Fact]
    public async Task T1_42_Pages_follow_one_another_without_a_hit_lost_or_repeated()
    {
        await using var rig = await ContentRig.StartAsync();
        for (var count = 1; count <= 25; count++)
        {
            await rig.SayAsync("alice", $"apple {count}");
        }

        await rig.FollowedAsync();
        List<string> found = [];
        var next = "";
        do
        {
            var reply = await rig.MustAsync("bob", HttpMethod.Get, $"/v1/search?q=apples&limit=10{next}");
            found.AddRange(ContentRig.TextsOf(reply));
            next = reply.GetProperty("more").GetBoolean() ? "&before=" + reply.GetProperty("next").GetString() : "";
        }
        while (next.Length > 0);

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(count => $"apple {count}"), found);
    }

    [Fact]
    public async Task T1_42_A_very_large_room_is_searched_without_its_token_and_finds_the_same()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "kitchen" });
        for (var count = 1; count <= 150; count++)
        {
            // Often elsewhere, seldom in the lobby: the tokens come back on the way.
            await rig.SayAsync("alice", $"apple {count}", "kitchen");
            if (count % 50 == 0)
            {
                await rig.SayAsync("alice", $"pear apple {count}");
            }
        }

        await rig.FollowedAsync();
        await rig.FollowedAsync("kitchen");

        foreach (var words in (string[])["apple", "pear", "apple pear", "apple banana", "from:alice"])
        {
            var ordinary = await rig.FindInLobbyAsync(words, 100_000);
            Assert.Equal(words.Contains("banana", StringComparison.Ordinal) ? 0 : 3, ordinary.Length);
            Assert.Equal(ordinary, await rig.FindInLobbyAsync(words, 0));
        }
    }

    [Theory]
    [InlineData("?q=", 400, "missing_field")]
    [InlineData("", 400, "missing_field")]
    [InlineData("?q=a&limit=0", 400, "bad_limit")]
    [InlineData("?q=a&before=x", 400, "bad_cursor")]
    [InlineData("?q=before:x", 400, "bad_field")]
    public async Task A_bad_search_is_refused(string query, int status, string code)
    {
        await using var rig = await ContentRig.StartAsync();

        using var response = await rig.SendAsync("bob", HttpMethod.Get, $"/v1/search{query}");

        await TestServer.ProblemAsync(response, status, code);
    }

    [Fact]
    public async Task Mentions_above_the_read_cursor_are_counted_by_room()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.SayAsync("alice", "hello @Bob, and @bob again");
        await rig.SayAsync("alice", "@carol: not bob");
        var last = await rig.SayAsync("carol", "@bob. Thanks");
        await rig.SayAsync("bob", "I am @bob");
        await rig.FollowedAsync();

        var all = await rig.MustAsync("bob", HttpMethod.Get, "/v1/mentions");
        await rig.MustAsync("bob", HttpMethod.Put, "/v1/rooms/lobby/read", new { seq = last - 1 });
        var some = await rig.MustAsync("bob", HttpMethod.Get, "/v1/mentions");
        await rig.MustAsync("carol", HttpMethod.Delete, $"/v1/rooms/lobby/messages/{last}");
        await rig.FollowedAsync();
        var none = await rig.MustAsync("bob", HttpMethod.Get, "/v1/mentions");

        Assert.Equal("{\"lobby\":2}", all.GetProperty("rooms").GetRawText());
        Assert.Equal("{\"lobby\":1}", some.GetProperty("rooms").GetRawText());
        Assert.Equal("{}", none.GetProperty("rooms").GetRawText());
    }
}
