using Culvert.Client.Messages;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Culvert.Tests.Hosting;
using Culvert.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Transports;

public sealed class BatchPublishTests
{
    private const string Messages = "/v1/rooms/lobby/messages";

    [Fact]
    public async Task Each_item_has_its_own_outcome_in_order()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("bob", Messages, """{"data":"old","key":"k"}""");

        var answer = await host.PostAsync(
            "bob", Messages, """ [{"data":1},{"data":"old","key":"k"},{"data":"new","key":"k"},{"data":2}] """);

        Assert.Equal(201, answer.Status);
        Assert.Equal(
            """[{"offset":2,"seq":2,"dup":false,"durable":"disk"},{"offset":1,"seq":1,"dup":true,"durable":"disk"},"""
            + """{"err":{"code":"key_conflict","why":"The idempotency key was used before with other data; use a new """
            + """key for a new message.","retry":false}},{"offset":3,"seq":3,"dup":false,"durable":"disk"}]""",
            answer.Body);
    }

    [Fact]
    public async Task A_socket_is_told_why_an_item_was_refused_too()
    {
        await using var server = await TestServer.StartAsync();
        using var made = await server.SendAsync(
            HttpMethod.Post, "/v1/rooms", new { name = "lobby" }, server.OwnerToken);
        var cancel = TestContext.Current.CancellationToken;
        await using var socket = await MessageClient.ConnectAsync(
            new Uri(new Uri(server.Server.Addresses[0]), "/v1/ws"), new() { Token = server.OwnerToken }, cancel);

        await socket.SendAsync(
            """{"id":7,"op":"pub","room":"lobby","batch":[{"key":"k","data":1},{"key":"k","data":2}]}""", cancel);

        while (true)
        {
            using var line = await socket.ReceiveAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), cancel);
            if (line.GetText().StartsWith("""{"re":7""", StringComparison.Ordinal))
            {
                Assert.EndsWith(
                    """
                    {"err":{"code":"key_conflict","why":"The idempotency key was used before with other data; use a new
                    """ + """ key for a new message.","retry":false}}]}}""",
                    line.GetText(),
                    StringComparison.Ordinal);
                break;
            }
        }
    }

    [Fact]
    public async Task A_batch_is_one_commit()
    {
        await using var host = await ApiHost.StartAsync();
        List<int> commits = [];
        host.Service<CommitLoop>().Committed = (count, _) => commits.Add(count);

        var answer = await host.PostAsync("bob", Messages, """[{"data":1},{"data":2},{"data":3}]""");

        Assert.Equal(3, answer.Json.GetArrayLength());
        Assert.Equal([3], commits);
    }

    [Theory]
    [InlineData("""[{"data":1},{}]""", 400, "missing_field")]
    [InlineData("""[{"data":1},7]""", 400, "bad_field")]
    [InlineData("""[]""", 400, "bad_field")]
    [InlineData("""[{"data":1}""", 400, "bad_json")]
    [InlineData("large", 413, "too_large")]
    [InlineData("many", 400, "bad_field")]
    public async Task A_batch_with_an_item_that_is_wrong_publishes_nothing(string body, int status, string code)
    {
        await using var host = await ApiHost.StartAsync();
        body = body switch
        {
            "large" => $$"""[{"data":1},{"data":"{{new string('x', 70_000)}}"}]""",
            "many" => "[" + string.Join(',', Enumerable.Repeat("""{"data":1}""", 1001)) + "]",
            _ => body,
        };

        var answer = await host.PostAsync("bob", Messages, body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal("0", (await host.GetAsync("bob", "/v1/rooms/lobby")).Text("offset"));
    }

    [Fact]
    public async Task A_batch_takes_no_key_for_all_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        var request = ApiHost.Request(HttpMethod.Post, "bob", Messages, """[{"data":1}]""");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k");

        var answer = await host.SendAsync(request);

        Assert.Equal((400, "bad_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_batch_counts_with_all_its_messages()
    {
        await using var host = await ApiHost.StartAsync(new RoomOptions { PublishBurst = 4, PublishPerSecond = 1 });
        await host.PostAsync("bob", Messages, """[{"data":1},{"data":2},{"data":3}]""");

        var answer = await host.PostAsync("bob", Messages, """[{"data":4},{"data":5}]""");

        Assert.Equal((429, "rate_limited"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task The_embedded_database_keeps_a_batch()
    {
        using var directory = new TestDirectory();
        await using var database = SqliteDatabase.Open(
            directory.Path, new SqliteTuning { Readers = 2 }, TimeProvider.System, NullLogger.Instance);
        await StoredUsers.AddAsync(database);
        await using var host = await ApiHost.StartAsync(store: new SqlRoomStore(database));

        var answer = await host.PostAsync("bob", Messages, """[{"data":1,"key":"a"},{"data":2,"key":"a"}]""");
        var page = await host.GetAsync("bob", "/v1/rooms/lobby/events?since=start");

        Assert.Equal("key_conflict", answer.Json[1].GetProperty("err").GetProperty("code").GetString());
        Assert.Single(page.Json.GetProperty("events").EnumerateArray());
    }
}
