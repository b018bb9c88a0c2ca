using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Transports;

public sealed class LongPollTests : IAsyncDisposable
{
    private const string Poll = "/v1/rooms/lobby/events?wait=30";

    private readonly MemoryRoomStore _store = new(ApiUsers.NameOf);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _readCount;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_commit_wakes_a_waiting_request()
    {
        await using var host = await StartAsync();
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();

        await host.PublishAsync("alice", "hello");

        var answer = await poll;
        Assert.Equal(200, answer.Status);
        Assert.Contains("\"offset\":1,\"seq\":1", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("-1", answer.Text("cursor"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_event_of_the_log_wakes_but_typing_and_presence_do_not()
    {
        await using var host = await StartAsync();
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();
        var alice = await host.SubscribeAsync("alice");
        host.Rooms.Type(host.Rooms.Loaded.Single(), ApiUsers.CallerOf("carol")!);
        host.Rooms.AnnouncePresence();
        await alice.WaitAsync("\"ev\":\"typing\"");
        Assert.Equal(2, _readCount);

        await host.PatchAsync("alice", "/v1/rooms/lobby", """{"topic":"t"}""");

        Assert.Contains("\"ev\":\"topic\"", (await poll).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_already_is_answered_at_once()
    {
        await using var host = await StartAsync();
        await host.PublishAsync("alice", "hello");

        var answer = await host.GetAsync("bob", Poll + "&since=start");

        Assert.Single(answer.Json.GetProperty("events").EnumerateArray());
    }

    [Fact]
    public async Task A_gap_is_answered_at_once()
    {
        await using var host = await StartAsync();

        var answer = await host.GetAsync("bob", Poll + "&since=other-1");

        Assert.Equal("""{"have":1,"floor":1,"why":"epoch"}""", answer.Text("gap"));
    }

    [Fact]
    public async Task The_end_of_the_time_is_an_empty_page()
    {
        await using var host = await StartAsync();
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();

        host.Time.Advance(TimeSpan.FromSeconds(30));

        var answer = await poll;
        Assert.Equal((200, 0), (answer.Status, answer.Json.GetProperty("events").GetArrayLength()));
        Assert.EndsWith("-0", answer.Text("cursor"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_answers_and_takes_no_more()
    {
        await using var host = await StartAsync();
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();

        host.Draining.Begin();

        Assert.Equal(200, (await poll).Status);
        var next = await host.GetAsync("bob", Poll);
        Assert.Equal((503, "draining"), (next.Status, next.Code));
    }

    [Fact]
    public async Task A_reader_who_is_banned_meanwhile_is_told_nothing()
    {
        await using var host = await StartAsync();
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();

        await host.PostAsync("alice", "/v1/rooms/lobby/ban", """{"user":"bob"}""");

        var answer = await poll;
        Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_peer_that_leaves_ends_the_wait()
    {
        await using var host = await StartAsync();
        using var leaving = new CancellationTokenSource();
        var poll = host.SendUntilAsync(ApiHost.Request(HttpMethod.Get, "bob", Poll), leaving.Token);
        await ListeningAsync();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await foreach (var served in host.Served.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (served == "GET /v1/rooms/lobby/events")
            {
                return;
            }
        }
    }

    [Fact]
    public async Task A_user_waits_so_many_times_at_once()
    {
        await using var host = await StartAsync(new RoomOptions { MaxConnectionsPerUser = 1 });
        var poll = host.GetAsync("bob", Poll);
        await ListeningAsync();

        var refused = await host.GetAsync("bob", Poll);
        host.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((429, "too_many_connections"), (refused.Status, refused.Code));
        Assert.Equal(200, (await poll).Status);
    }

    /// <summary>The second read of the log is the first after the request began to listen.</summary>
    private Task ListeningAsync() =>
        _listening.Task.WaitAsync(ApiHost.Limit, TestContext.Current.CancellationToken);

    private async Task<ApiHost> StartAsync(RoomOptions? options = null)
    {
        var host = await ApiHost.StartAsync(options, _store);
        _store.Fail = method =>
        {
            if (method == nameof(IRoomStore.ReadEventsAsync)
                && Interlocked.Increment(ref _readCount) == 2)
            {
                _listening.TrySetResult();
            }

            return null;
        };
        return host;
    }
}
