using System.Net;
using System.Net.Sockets;
using Culvert.Client;
using Culvert.Protocol.Rooms;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.Client;

/// <summary>How following ends, and what it survives.</summary>
public sealed class FollowerTests
{
    private const string Ready = """{"ev":"ready","room":"lobby","cursor":"e1-2","pv":1,"replayed":2}""";

    private readonly List<FollowBreak> _breaks = [];
    private readonly List<BadLine> _bad = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_refused_first_connection_is_a_connect_error()
    {
        var follower = NewClient(FreePort()).Follow("lobby");

        var e = await Assert.ThrowsAsync<CulvertConnectException>(() => DrainAsync(follower));

        Assert.Equal("connection refused", e.Why);
        Assert.Equal(FollowEndKind.CannotConnect, follower.End?.Kind);
        Assert.Empty(_breaks);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "forbidden")]
    [InlineData(404, "not_found")]
    public async Task A_refusal_ends_with_its_code(int status, string code)
    {
        await using var server = await StartAsync(Problem(status, code));
        var follower = NewClient(server.Address).Follow("lobby");

        var e = await Assert.ThrowsAsync<CulvertProblemException>(() => DrainAsync(follower));

        Assert.Equal((status, code, false), (e.Status, e.Code, e.Retry));
        Assert.Equal(FollowEndKind.Refused, follower.End?.Kind);
        Assert.Single(server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_is_not_taken_for_a_stream()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await WriteAsync(context, "<p>hi</p>");
        });

        var follower = NewClient(server.Address).Follow("lobby");

        var e = await Assert.ThrowsAsync<CulvertProblemException>(() => DrainAsync(follower));

        Assert.Equal("the answer is text/html, not lines or an event stream (not_a_stream, status 200)", e.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_with_Retry_After_is_waited_out()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(
            context =>
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "7";
                return Task.CompletedTask;
            },
            Lines(Message(1), Ready));
        var follower = NewClient(server.Address, time).Follow("lobby", options: Options() with { Live = false });
        var drain = DrainAsync(follower);

        await time.TimerAsync(TimeSpan.FromSeconds(7));
        time.Advance(TimeSpan.FromSeconds(7));
        var events = await drain;

        Assert.Equal(["msg", "ready"], events.Select(e => e.Ev));
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(_breaks).Delay);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bye_that_says_so_is_waited_out_and_resumed()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(
            Lines(
                Message(1),
                Message(2),
                Ready,
                """{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":1730}"""),
            HangAfter(Message(3)));
        var follower = NewClient(server.Address, time).Follow("lobby", Since.Start, Options());
        var events = TakeAsync(follower, 4);

        await time.TimerAsync(TimeSpan.FromMilliseconds(1730));
        time.Advance(TimeSpan.FromMilliseconds(1730));

        Assert.Equal([1, 2, 0, 3], (await events).Select(e => e.Offset));
        Assert.Equal("restarting", Assert.Single(_breaks).Why);
        Assert.Equal(
            ["GET /v1/rooms/lobby/events?since=start", "GET /v1/rooms/lobby/events?since=e1-2"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bye_for_good_ends_without_an_exception()
    {
        await using var server = await StartAsync(
            Lines(Message(1), """{"ev":"bye","code":4102,"why":"kicked","retry":false}"""));
        var follower = NewClient(server.Address).Follow("lobby", options: Options());

        var events = await DrainAsync(follower);

        Assert.Single(events);
        Assert.Equal(new FollowEnd(FollowEndKind.Dismissed, "kicked", 4102), follower.End);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cut_is_told_from_an_end_when_reconnecting_is_off()
    {
        await using var server = await StartAsync(CutAfter(Message(1), Ready), Lines(Message(1), Ready));
        var options = Options() with { Reconnect = false };
        var cut = NewClient(server.Address).Follow("lobby", options: options);
        var ended = NewClient(server.Address).Follow("lobby", options: options);

        var e = await Assert.ThrowsAsync<CulvertStreamBrokenException>(() => DrainAsync(cut));
        await DrainAsync(ended);

        Assert.Equal("e1-2", e.Cursor);
        Assert.Equal(FollowEndKind.Broken, cut.End?.Kind);
        Assert.Equal(FollowEndKind.Completed, ended.End?.Kind);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("zz\r\n")]
    [InlineData("40\r\n{\"ev\":")]
    [InlineData("")]
    public async Task A_broken_chunk_is_a_break(string rest)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeRawAsync(listener, rest);
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var follower = NewClient(address).Follow("lobby", Since.Start, Options() with { Reconnect = false });
        var events = new List<RoomEvent>();

        var e = await Assert.ThrowsAsync<CulvertStreamBrokenException>(async () =>
        {
            await foreach (var item in follower.WithCancellation(Stop))
            {
                events.Add(item);
            }
        });
        await serving;

        Assert.Equal("the stream broke: the connection was cut", e.Message);
        // The HTTP stack may drop what came in the same packet as the fault; more than came there cannot be.
        Assert.All(events, item => Assert.Equal(1, item.Offset));
    }

    [Fact(Timeout = 60_000)]
    public async Task Catching_up_ends_where_live_would_begin()
    {
        await using var server = await StartAsync(HangAfter(Message(1), Message(2), Ready));
        var follower = NewClient(server.Address).Follow("lobby", Since.Start, Options() with { Live = false });

        var events = await DrainAsync(follower);

        Assert.Equal(["msg", "msg", "ready"], events.Select(e => e.Ev));
        Assert.Equal(FollowEndKind.CaughtUp, follower.End?.Kind);
        Assert.Equal("e1-2", follower.Cursor);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bad_line_is_reported_and_skipped()
    {
        await using var server = await StartAsync(Lines(Message(1), "{\"ev\":", "[]", Message(2), Ready));

        var events = await DrainAsync(
            NewClient(server.Address).Follow("lobby", Since.Start, Options() with { Live = false }));

        Assert.Equal([1, 2, 0], events.Select(e => e.Offset));
        Assert.Equal(["{\"ev\":", "[]"], _bad.Select(b => System.Text.Encoding.UTF8.GetString(b.Bytes.Span)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_over_the_limit_is_reported_and_skipped()
    {
        await using var server = await StartAsync(Lines(Message(1), new string('x', 5000), Message(2), Ready));

        var events = await DrainAsync(NewClient(server.Address)
            .Follow("lobby", Since.Start, Options() with { Live = false, MaxLineBytes = 4000 }));

        Assert.Equal([1, 2, 0], events.Select(e => e.Offset));
        Assert.Equal("longer than 4000 bytes", Assert.Single(_bad).Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task Silence_counts_as_a_break_and_heartbeats_do_not()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(HangAfter(Message(1), Ready), HangAfter(Message(3)));
        var follower = NewClient(server.Address, time).Follow("lobby", Since.Start, Options());
        var events = TakeAsync(follower, 3, afterSecond: () => time.Advance(TimeSpan.FromSeconds(45)));

        Assert.Equal(["msg", "ready", "msg"], (await events).Select(e => e.Ev));
        Assert.Equal("no byte for 45 s", Assert.Single(_breaks).Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_heartbeat_is_not_delivered()
    {
        await using var server = await StartAsync(Lines("""{"ev":"hb"}""", Message(1), """{"ev":"hb"}""", Ready));

        var events = await DrainAsync(
            NewClient(server.Address).Follow("lobby", Since.Start, Options() with { Live = false }));

        Assert.Equal(["msg", "ready"], events.Select(e => e.Ev));
    }

    [Fact(Timeout = 60_000)]
    public async Task Leaving_the_loop_closes_the_connection()
    {
        var gone = new TaskCompletionSource();
        await using var server = await StartAsync(async context =>
        {
            await HangAfter(Message(1))(context);
            gone.TrySetResult();
        });

        await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Start), 1);

        await gone.Task.WaitAsync(Stop);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancelling_is_no_end_of_the_stream()
    {
        await using var server = await StartAsync(HangAfter(Message(1)));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var follower = NewClient(server.Address).Follow("lobby", Since.Start, Options());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var unused in follower.WithCancellation(cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });

        Assert.Null(follower.End);
        Assert.Empty(_breaks);
    }

    internal static string Message(long offset) =>
        $$$"""{"ev":"msg","room":"lobby","offset":{{{offset}}},"seq":{{{offset}}},"at":1790000000123,"from":"alice","""
        + $$$"""
            "data":{"text":"m{{{offset}}}"}}
            """;

    internal static CulvertClient NewClient(Uri address, TimeProvider? time = null) =>
        new(address, new CulvertClientOptions { TimeProvider = time ?? TimeProvider.System, Random = static () => 0 });

    internal static async Task<List<RoomEvent>> DrainAsync(Follower<RoomEvent> follower)
    {
        var events = new List<RoomEvent>();
        await foreach (var e in follower.WithCancellation(Stop))
        {
            events.Add(e);
        }

        return events;
    }

    internal static async Task<List<RoomEvent>> TakeAsync(
        Follower<RoomEvent> follower, int count, Action? afterSecond = null)
    {
        var events = new List<RoomEvent>();
        await using var items = follower.GetAsyncEnumerator(Stop);
        while (events.Count < count)
        {
            var next = items.MoveNextAsync();
            if (events.Count == 2)
            {
                afterSecond?.Invoke();
            }

            if (!await next)
            {
                break;
            }

            events.Add(items.Current);
        }

        return events;
    }

    internal static Uri FreePort() => new($"http://127.0.0.1:{Servers.FreePort.Find()}");

    private static async Task ServeRawAsync(TcpListener listener, string rest)
    {
        using var peer = await listener.AcceptTcpClientAsync(Stop);
        var stream = peer.GetStream();
        _ = await stream.ReadAsync(new byte[4096], Stop);
        var line = Message(1) + "\n";
        var answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{line.Length:x}\r\n{line}\r\n{rest}";
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), Stop);
        peer.Client.Shutdown(SocketShutdown.Send);
    }

    private FollowOptions Options() => new() { OnBreak = _breaks.Add, OnBadLine = _bad.Add };
}
