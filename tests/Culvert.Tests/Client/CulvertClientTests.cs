using Culvert.Client;
using Culvert.Protocol.Rooms;
using Microsoft.AspNetCore.Http;
using static Culvert.Tests.Client.FollowerTests;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.Client;

/// <summary>Publishing and accounts, over a server that fails as servers do.</summary>
public sealed class CulvertClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_publish_returns_where_the_message_stands()
    {
        var room = new RoomServer();
        await using var server = await StartAsync(room.PublishAsync);

        var reply = await NewClient(server.Address)
            .PublishAsync("the lobby", "héllo \"you\"", cancellationToken: Stop);

        Assert.Equal(new PublishReply { Offset = 1, Seq = 1, Dup = false, Durable = "disk" }, reply);
        Assert.Equal(["héllo \"you\""], room.Texts);
        Assert.Equal(["POST /v1/rooms/the%20lobby/messages"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_publish_whose_answer_was_lost_happens_once()
    {
        var room = new RoomServer();
        await using var server = await StartAsync(room.CommitAndCutAsync, room.PublishAsync);
        using var client = await ReachedAsync(server, room);

        var reply = await client.PublishAsync("lobby", "once", cancellationToken: Stop);

        Assert.True(reply.Dup);
        Assert.Equal(["first", "once"], room.Texts);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(429, "rate_limited")]
    [InlineData(503, "draining")]
    [InlineData(500, "internal")]
    public async Task A_publish_waits_as_long_as_the_server_says(int status, string code)
    {
        var time = new ManualTime();
        var room = new RoomServer();
        await using var server = await StartAsync(Problem(status, code, retry: true, afterMs: 800), room.PublishAsync);
        var publish = NewClient(server.Address, time).PublishAsync("lobby", "hi", cancellationToken: Stop);

        await time.TimerAsync(TimeSpan.FromMilliseconds(800));
        time.Advance(TimeSpan.FromMilliseconds(800));

        Assert.Equal(1, (await publish).Offset);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_never_recovers_is_given_up()
    {
        await using var server = await StartAsync(Problem(503, "overloaded", retry: true, afterMs: 61_000));

        var e = await Assert.ThrowsAsync<CulvertProblemException>(
            () => NewClient(server.Address).PublishAsync("lobby", "hi", cancellationToken: Stop));

        Assert.Equal(("overloaded", true, TimeSpan.FromSeconds(61)), (e.Code, e.Retry, e.After));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_answer_in_time_is_asked_again()
    {
        var time = new ManualTime();
        var room = new RoomServer();
        await using var server = await StartAsync(Gone, room.PublishAsync);
        using var client = await ReachedAsync(server, room, time);
        var publish = client.PublishAsync("lobby", "late", cancellationToken: Stop);

        await time.TimerAsync(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.False((await publish).Dup);
        Assert.Equal(["first", "late"], room.Texts);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_address_shows_at_once()
    {
        var e = await Assert.ThrowsAsync<CulvertConnectException>(
            () => NewClient(FreePort()).PublishAsync("lobby", "hi", cancellationToken: Stop));

        Assert.Equal("connection refused", e.Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_is_not_tried_again()
    {
        await using var server = await StartAsync(Problem(409, "key_conflict"));

        var e = await Assert.ThrowsAsync<CulvertProblemException>(
            () => NewClient(server.Address).PublishAsync("lobby", "hi", key: "k", cancellationToken: Stop));

        Assert.Equal("Title. (key_conflict, status 409)", e.Message);
        Assert.Single(server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_of_something_else_is_explained()
    {
        await using var server = await StartAsync(
            context =>
            {
                context.Response.StatusCode = 301;
                context.Response.Headers.Location = "https://elsewhere.example/";
                return Task.CompletedTask;
            },
            context =>
            {
                context.Response.StatusCode = 418;
                return WriteAsync(context, "<html>");
            });
        using var client = NewClient(server.Address);

        var moved = await Assert.ThrowsAsync<CulvertProblemException>(() => client.ListUsersAsync(Stop));
        var odd = await Assert.ThrowsAsync<CulvertProblemException>(() => client.ListUsersAsync(Stop));

        Assert.Equal("the server is elsewhere: https://elsewhere.example/; use that address", moved.Why);
        Assert.Equal("http_418", odd.Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_is_one_request_with_a_key_for_each_message()
    {
        var room = new RoomServer();
        await using var server = await StartAsync(room.CommitAndCutAsync, room.PublishAsync);
        using var client = await ReachedAsync(server, room);

        var replies = await client.PublishAsync(
            "lobby", [OutgoingMessage.FromText("a"), OutgoingMessage.FromText("b") with { Key = "mine" }], Stop);

        Assert.Equal([(2, true), (3, true)], replies.Select(r => (r.Offset, r.Dup)));
        Assert.Equal(["first", "a", "b"], room.Texts);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"code":"key_conflict","why":"Used."}""", 409, "key_conflict", "message 2 of 2: Used.")]
    [InlineData("""{"code":"too_large"}""", 413, "too_large", "message 2 of 2: The request is too large; ")]
    [InlineData("""{"code":"news"}""", 409, "news", "message 2 of 2: the server gave no reason")]
    public async Task A_refused_message_of_a_batch_is_named(string err, int status, string code, string why)
    {
        await using var server = await StartAsync(
            Json($$"""[{"offset":1,"seq":1,"dup":false,"durable":"disk"},{"err":{{err}}}]"""));

        var e = await Assert.ThrowsAsync<CulvertProblemException>(() => NewClient(server.Address).PublishAsync(
            "lobby", [OutgoingMessage.FromText("a"), OutgoingMessage.FromText("b")], Stop));

        Assert.Equal((status, code, false), (e.Status, e.Code, e.Retry));
        Assert.StartsWith(why, e.Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task Pages_go_back_from_the_newest_message()
    {
        const string message = """{"ev":"msg","room":"a b","seq":7,"at":5,"from":"bo","data":{"text":"hi"},"x":1}""";
        await using var server = await StartAsync(
            Json($$"""
                {"room":"a b","epoch":"e","cursor":"e-9","floor":1,"seq":8,"events":[7,{{message}}],"more":true}
                """),
            Json("""{"room":"a b","epoch":"e","cursor":"e-9","floor":1,"seq":8,"events":[],"more":false}"""));
        using var client = NewClient(server.Address);

        var newest = await client.ReadPageAsync("a b", cancellationToken: Stop);
        var older = await client.ReadPageAsync("a b", before: 7, limit: 2, Stop);

        var read = Assert.Single(newest.Messages);
        Assert.Equal((7, 0, "bo", "hi"), (read.Seq, read.Offset, read.From, read.ReadText()));
        Assert.Equal(("e-9", 8, true), (newest.Cursor, newest.LastSeq, newest.More));
        Assert.Empty(older.Messages);
        Assert.False(older.More);
        Assert.Equal(
            ["GET /v1/rooms/a%20b/events?limit=50", "GET /v1/rooms/a%20b/events?limit=2&before=7"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_room_is_made_once()
    {
        const string info =
            """{"name":"den","kind":"private","topic":"","epoch":"e","cursor":"e-0","floor":1,"offset":0,"seq":0}""";
        await using var server = await StartAsync(Json(info), Problem(503, "draining", retry: true));
        using var client = NewClient(server.Address);

        var room = await client.CreateRoomAsync("den", "private", cancellationToken: Stop);
        await Assert.ThrowsAsync<CulvertProblemException>(() => client.CreateRoomAsync("two", cancellationToken: Stop));

        Assert.Equal(("den", "private", "e-0"), (room.Name, room.Kind, room.Cursor));
        Assert.Equal(["POST /v1/rooms", "POST /v1/rooms"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_condition_and_the_token_are_sent()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = await StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.SetResult($"{context.Request.Headers.Authorization} {context.Request.Headers["Idempotency-Key"]} "
                + await reader.ReadToEndAsync(Stop));
            await Problem(409, "offset_mismatch")(context);
        });
        using var client = new CulvertClient(server.Address, new CulvertClientOptions { Token = "t0" });

        await Assert.ThrowsAsync<CulvertProblemException>(
            () => client.PublishAsync("lobby", "é", key: "k1", ifOffset: 41, cancellationToken: Stop));

        Assert.Equal("""Bearer t0 k1 {"ifOffset":41,"data":{"text":"é"}}""", await seen.Task);
    }

    [Fact(Timeout = 60_000)]
    public async Task Users_are_added_reset_and_listed()
    {
        var bodies = new List<string>();
        async Task Created(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync(Stop));
            context.Response.StatusCode = 201;
        }

        await using var server = await StartAsync(
            Created,
            Created,
            Json("""{"users":[{"name":"a b","role":"owner","createdAt":1790000000000,"x":1}],"next":"a b"}"""),
            Json("""{"users":[{"name":"bo","role":"member","disabled":true}]}"""));
        using var client = NewClient(server.Address);

        await client.AddUserAsync("a b", "secret", "owner", Stop);
        await client.ResetPasswordAsync("a b", "other", Stop);
        var users = await client.ListUsersAsync(Stop);

        Assert.Equal(["""{"name":"a b","password":"secret","role":"owner"}""", """{"password":"other"}"""], bodies);
        Assert.Equal(
            [
                new UserInfo { Name = "a b", Role = "owner", CreatedAt = 1790000000000 },
                new UserInfo { Name = "bo", Role = "member", Disabled = true },
            ],
            users);
        Assert.Equal(
            ["POST /v1/users", "POST /v1/users/a%20b/password", "GET /v1/users", "GET /v1/users?after=a%20b"],
            server.Requests);
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("ws://x")]
    public void An_address_that_is_not_http_is_refused(string address)
    {
        Assert.Throws<ArgumentException>(() => new CulvertClient(new Uri(address)));
    }

    // What may pass is tried again only after the server has answered once; this is that answer.
    private static async Task<CulvertClient> ReachedAsync(
        ScriptedServer server, RoomServer room, TimeProvider? time = null)
    {
        var client = NewClient(server.Address, time);
        server.First = room.PublishAsync;
        await client.PublishAsync("lobby", "first", cancellationToken: Stop);
        return client;
    }
}
