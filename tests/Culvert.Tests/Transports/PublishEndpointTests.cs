using System.Text;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Transports;

public sealed class PublishEndpointTests
{
    private const string Messages = "/v1/rooms/lobby/messages";

    [Fact]
    public async Task A_message_is_answered_with_its_place_in_the_log()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Messages, """ { "data" : { "text" : "a b" , "n" : [ 1 ] } } """);

        Assert.Equal(201, answer.Status);
        Assert.Equal("""{"offset":1,"seq":1,"dup":false,"durable":"disk"}""", answer.Body);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(answer.Body.Length.ToString(), answer.Header("Content-Length"));
        var page = await host.GetAsync("alice", "/v1/rooms/lobby/events");
        Assert.Contains(
            """{"ev":"msg","room":"lobby","seq":1,"at":1790000000000,"from":"bob","data":{"text":"a b","n":[1]}}""",
            page.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_text_becomes_a_text_member()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Messages, "say \"ü\\\"\n\t\u0001 😀", "text/plain; charset=UTF-8");

        Assert.Equal(201, answer.Status);
        var page = await host.GetAsync("bob", "/v1/rooms/lobby/events");
        Assert.Contains(
            """ "data":{"text":"say \"ü\\\"\n\t\u0001 😀"} """.Trim(), page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n\u2003")]
    public async Task A_text_without_anything_to_see_is_refused(string text)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Messages, text, "text/plain");

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_text_that_is_not_UTF_8_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var request = ApiHost.Request(HttpMethod.Post, "bob", Messages);
        request.Content = new ByteArrayContent([0x61, 0xC3]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");

        var answer = await host.SendAsync(request);

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_repeated_key_gives_the_first_place_again()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(201, (await SendAsync(host, "k1", """{"data":1}""")).Status);
        await host.PublishAsync("bob", "between");

        var again = await SendAsync(host, "k1", """{"data": 1}""");
        var member = await host.PostAsync("bob", Messages, """{"data":1,"key":"k1"}""");
        var other = await SendAsync(host, "k1", """{"data":2}""");

        Assert.Equal(201, again.Status);
        Assert.Equal("""{"offset":1,"seq":1,"dup":true,"durable":"disk"}""", again.Body);
        Assert.Equal(again.Body, member.Body);
        Assert.Equal((409, "key_conflict"), (other.Status, other.Code));
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData(" ")]
    [InlineData("129")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var host = await ApiHost.StartAsync();
        key = key == "129" ? new string('k', 129) : key;

        var answer = await SendAsync(host, key, """{"data":1}""");

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Two_different_keys_are_refused()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await SendAsync(host, "a", """{"data":1,"key":"b"}""");

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_condition_on_the_offset_holds()
    {
        await using var host = await ApiHost.StartAsync();

        var first = await host.PostAsync("bob", Messages, """{"data":1,"ifOffset":0}""");
        var late = await host.PostAsync("bob", Messages, """{"data":2,"ifOffset":0}""");

        Assert.Equal(201, first.Status);
        Assert.Equal((409, "offset_mismatch"), (late.Status, late.Code));
    }

    [Theory]
    [InlineData("", "bad_json")]
    [InlineData("{", "bad_json")]
    [InlineData("{\"data\":1} x", "bad_json")]
    [InlineData("{\"data\":\"\\ud800\"}", "bad_json")]
    [InlineData("7", "bad_field")]
    [InlineData("{}", "missing_field")]
    [InlineData("{\"data\":1,\"ifOffset\":-1}", "bad_field")]
    [InlineData("{\"data\":1,\"key\":\"\"}", "bad_field")]
    [InlineData("{\"data\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", "too_deep")]
    public async Task A_body_that_is_no_message_is_refused(string body, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Messages, body);

        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("text/plain; charset=utf-16")]
    [InlineData("text/html")]
    public async Task Another_content_type_is_refused(string type)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("bob", Messages, """{"data":1}""", type);

        Assert.Equal((415, "unsupported_type"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task The_size_of_the_data_is_limited_and_white_space_does_not_count()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { MaxMessageBytes = 1024 });
        var fits = $$"""{"data":{{new string(' ', 5000)}}"{{new string('x', 1022)}}"}""";
        var exceeds = $$"""{"data":"{{new string('x', 1023)}}"}""";

        var accepted = await host.PostAsync("bob", Messages, fits);
        var refused = await host.PostAsync("bob", Messages, exceeds);

        Assert.Equal(201, accepted.Status);
        Assert.Equal((413, "too_large"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_refused_with_and_without_a_length(bool chunked)
    {
        await using var host = await ApiHost.StartAsync();
        var body = "{\"data\":\"" + new string('x', 1024 * 1024) + "\"}";
        var request = ApiHost.Request(HttpMethod.Post, "bob", Messages, body);
        request.Headers.TransferEncodingChunked = chunked;

        var answer = await host.SendAsync(request);

        Assert.Equal((413, "too_large"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_body_in_many_pieces_is_read_whole()
    {
        await using var host = await ApiHost.StartAsync();
        var text = new string('x', 60_000);
        var request = ApiHost.Request(HttpMethod.Post, "bob", Messages, $$"""{"data":"{{text}}"}""");
        request.Headers.TransferEncodingChunked = true;

        var answer = await host.SendAsync(request);

        Assert.Equal(201, answer.Status);
        Assert.Contains(text, (await host.GetAsync("bob", "/v1/rooms/lobby/events")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_sends_too_fast_is_told_when_to_come_back()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { PublishBurst = 2, PublishPerSecond = 1 });
        await host.PublishAsync("bob", "1", "2");

        var refused = await host.PostAsync("bob", Messages, """{"data":3}""");
        var unlimited = await host.PostAsync("owner+", Messages, """{"data":3}""");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await host.PostAsync("bob", Messages, """{"data":3}""");

        Assert.Equal((429, "rate_limited"), (refused.Status, refused.Code));
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.Equal("1000", refused.Text("after_ms"));
        Assert.Equal((201, 201), (unlimited.Status, later.Status));
    }

    [Theory]
    [InlineData(true, 507, "storage_full")]
    [InlineData(false, 503, "storage_failed")]
    public async Task A_store_that_fails_is_no_acknowledgement(bool full, int status, string code)
    {
        var store = new MemoryRoomStore(ApiUsers.NameOf);
        await using var host = await ApiHost.StartAsync(store: store);
        store.Fail = method =>
            method == nameof(IRoomStore.AppendAsync) ? new StoreException("no", full, null) : null;

        var one = await host.PostAsync("bob", Messages, """{"data":1}""");
        var batch = await host.PostAsync("bob", Messages, """[{"data":1},{"data":2}]""");
        store.Fail = null;

        Assert.Equal((status, code), (one.Status, one.Code));
        Assert.Equal((status, code), (batch.Status, batch.Code));
        Assert.NotNull(one.Header("Retry-After"));
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_told_apart_from_a_room_that_is_not_there()
    {
        var store = new MemoryRoomStore(ApiUsers.NameOf);
        await using var host = await ApiHost.StartAsync(store: store);
        store.Fail = _ => new StoreException("no", full: false, null);

        var answer = await host.PostAsync("bob", "/v1/rooms/other/messages", """{"data":1}""");

        Assert.Equal((503, "storage_failed"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_server_with_too_much_to_commit_says_so()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { MaxPendingAppends = 0 });

        var answer = await host.PostAsync("bob", Messages, """{"data":1}""");

        Assert.Equal((503, "overloaded"), (answer.Status, answer.Code));
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    [Theory]
    [InlineData(null, "/v1/rooms/lobby/messages", 401, "unauthorized")]
    [InlineData("nobody", "/v1/rooms/lobby/messages", 401, "unauthorized")]
    [InlineData("bob", "/v1/rooms/none/messages", 404, "not_found")]
    [InlineData("bob", "/v1/rooms/a%2Fb/messages", 404, "not_found")]
    [InlineData("bob", "/v1/rooms/%20/messages", 404, "not_found")]
    [InlineData("bob:read", "/v1/rooms/lobby/messages", 403, "forbidden")]
    [InlineData("bob/den", "/v1/rooms/lobby/messages", 404, "not_found")]
    public async Task Nobody_publishes_where_they_do_not_belong(string? token, string path, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(token, path, """{"data":1}""");

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(status == 401 ? "Bearer" : null, answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_name_is_decoded_once_and_found_in_any_case()
    {
        await using var host = await ApiHost.StartAsync();
        var created = await host.PostAsync("alice", "/v1/rooms", """{"name":"Zürich"}""");

        var answer = await host.PostAsync("bob", "/v1/rooms/z%C3%BCrich/messages", """{"data":1}""");

        Assert.Equal("/v1/rooms/Z%C3%BCrich", created.Header("Location"));
        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task The_durability_setting_is_reported()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { Durability = "process" });

        var answer = await host.PostAsync("bob", Messages, """{"data":1}""");

        Assert.Equal("process", answer.Text("durable"));
    }

    private static Task<ApiAnswer> SendAsync(ApiHost host, string key, string json)
    {
        var request = ApiHost.Request(HttpMethod.Post, "bob", Messages);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return host.SendAsync(request);
    }
}
