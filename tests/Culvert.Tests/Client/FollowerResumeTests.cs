using System.Text;
using Culvert.Client;
using Culvert.Protocol.Rooms;
using Microsoft.AspNetCore.Http;
using static Culvert.Tests.Client.FollowerTests;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.Client;

/// <summary>That nothing is lost and nothing repeated, however often the stream breaks.</summary>
public sealed class FollowerResumeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_cut_stream_goes_on_after_the_last_event()
    {
        await using var server = await StartAsync(
            CutAfter(Message(1), Ready(1), Message(2), Message(3)), HangAfter(Message(4)));

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Last(5)), 5);

        Assert.Equal([1, 0, 2, 3, 4], events.Select(e => e.Offset));
        Assert.Equal(
            ["GET /v1/rooms/lobby/events?since=last%3A5", "GET /v1/rooms/lobby/events?since=e1-3"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_server_sends_again_is_dropped()
    {
        await using var server = await StartAsync(
            CutAfter(Message(1), Ready(1), Message(2)), HangAfter(Message(1), Message(2), Message(3)));

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Start), 4);

        Assert.Equal([1, 0, 2, 3], events.Select(e => e.Offset));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replay_cut_before_ready_goes_on_by_the_epoch_of_the_answer()
    {
        await using var server = await StartAsync(
            WithEpoch("e1", CutAfter(Message(7), Message(8))), HangAfter(Message(9)));

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Last(50)), 3);

        Assert.Equal([7, 8, 9], events.Select(e => e.Offset));
        Assert.EndsWith("since=e1-8", server.Requests.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replay_cut_before_ready_without_an_epoch_starts_over_and_drops_what_is_known()
    {
        await using var server = await StartAsync(
            CutAfter(Message(7), Message(8)), HangAfter(Message(1), Message(7), Message(8), Message(9)));

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Last(2)), 3);

        Assert.Equal([7, 8, 9], events.Select(e => e.Offset));
        Assert.EndsWith("since=start", server.Requests.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_gap_is_an_event_and_the_events_after_it_are_not_taken_for_old_ones()
    {
        const string gap = """{"ev":"gap","room":"lobby","have":8,"floor":1,"why":"epoch"}""";
        await using var server = await StartAsync(
            CutAfter(Message(8), Ready(8)),
            HangAfter(gap, Message(1), """{"ev":"ready","room":"lobby","cursor":"e2-1","replayed":1}"""));
        var follower = NewClient(server.Address).Follow("lobby", Since.Start);

        var events = await TakeAsync(follower, 5);

        Assert.Equal(["msg", "ready", "gap", "msg", "ready"], events.Select(e => e.Ev));
        Assert.Equal("e2-1", follower.Cursor);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_stream_resumes_by_its_last_id()
    {
        await using var server = await StartAsync(
            Events($"id: e1-1\nevent: msg\ndata: {Message(1)}\n\n: hb\n\nid: e1-2\ndata: {Message(2)}\n\n"),
            Events($"id: e1-3\ndata: {Message(3)}\n\n"));
        var options = new FollowOptions { PreferEventStream = true };

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Start, options), 3);

        Assert.Equal([1, 2, 3], events.Select(e => e.Offset));
        Assert.Equal("GET /v1/rooms/lobby/events?since=e1-2 id=e1-2", server.Requests.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_retry_of_an_event_stream_is_honoured()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(
            Events($"retry: 2500\nid: e1-1\ndata: {Message(1)}\n\n"), Events($"id: e1-2\ndata: {Message(2)}\n\n"));
        var events = TakeAsync(NewClient(server.Address, time).Follow("lobby", Since.Start), 2);

        await time.TimerAsync(TimeSpan.FromMilliseconds(2500));
        time.Advance(TimeSpan.FromMilliseconds(2500));

        Assert.Equal([1, 2], (await events).Select(e => e.Offset));
    }

    [Fact(Timeout = 60_000)]
    public async Task Several_rooms_go_on_each_after_its_last_event()
    {
        var ready = CursorSet.Encode([("lobby", new RoomCursor("e1", 4)), ("den", new RoomCursor("x9", 7))]);
        await using var server = await StartAsync(
            CutAfter($$"""{"ev":"ready","cursor":"{{ready}}","replayed":0}""", Message(5)),
            HangAfter(Message(5), Message(6)));
        var follower = NewClient(server.Address).Follow(new Uri("v1/events?room=lobby&room=den", UriKind.Relative));

        var events = await TakeAsync(follower, 3);

        var expected = CursorSet.Encode([("lobby", new RoomCursor("e1", 5)), ("den", new RoomCursor("x9", 7))]);
        Assert.Equal([0, 5, 6], events.Select(e => e.Offset));
        Assert.Equal($"GET /v1/events?room=lobby&room=den&since={expected}", server.Requests.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_down_for_a_while_is_found_again()
    {
        await using var server = await StartAsync(
            CutAfter(Message(1), Ready(1)),
            Problem(502, "x", retry: true),
            Problem(503, "draining", retry: true),
            Problem(429, "y", retry: true),
            HangAfter(Message(2)));

        var events = await TakeAsync(NewClient(server.Address).Follow("lobby", Since.Start), 3);

        Assert.Equal([1, 0, 2], events.Select(e => e.Offset));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Any_lines_can_be_followed_and_their_end_is_the_end()
    {
        await using var server = await StartAsync(Lines("{\"message\":\"Hello\"}", "broken {", "17"));
        var bad = new List<BadLine>();
        var follower = NewClient(server.Address).FollowLines(
            new Uri("stream?name=x", UriKind.Relative), new FollowOptions { OnBadLine = bad.Add });

        var lines = await TextsAsync(follower);

        Assert.Equal(["{\"message\":\"Hello\"}", "17"], lines);
        Assert.Single(bad);
        Assert.Equal(FollowEndKind.Completed, follower.End?.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_last_line_without_a_line_break_counts_when_the_body_ended_properly()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await WriteAsync(context, "1\n22");
        });

        Assert.Equal(["1", "22"], await TextsAsync(NewClient(server.Address).FollowLines(server.Address)));
    }

    [Fact(Timeout = 60_000)]
    public async Task No_content_stops_a_follower_of_events()
    {
        await using var server = await StartAsync(
            Events("id: a\ndata: one\n\n"),
            context =>
            {
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            });
        var follower = NewClient(server.Address).FollowLines(server.Address);

        var lines = await TextsAsync(follower);

        Assert.Equal(["one"], lines);
        Assert.Equal(["GET /", "GET / id=a"], server.Requests);
        Assert.Equal(FollowEndKind.Completed, follower.End?.Kind);
    }

    private static string Ready(long offset) =>
        $$"""{"ev":"ready","room":"lobby","cursor":"e1-{{offset}}","replayed":1}""";

    private static Func<HttpContext, Task> WithEpoch(string epoch, Func<HttpContext, Task> step) => context =>
    {
        context.Response.Headers["Culvert-Epoch"] = epoch;
        return step(context);
    };

    private static async Task<List<string>> TextsAsync(Follower<StreamLine> follower)
    {
        var texts = new List<string>();
        await foreach (var line in follower.WithCancellation(Stop))
        {
            texts.Add(Encoding.UTF8.GetString(line.Bytes.Span));
        }

        return texts;
    }
}
