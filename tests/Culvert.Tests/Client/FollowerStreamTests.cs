using System.Text;
using Culvert.Client;
using Microsoft.AspNetCore.Http;
using static Culvert.Tests.Client.FollowerTests;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.Client;

/// <summary>Streams of servers that are not ours: redirects, statuses, delays, ids, lines of any kind.</summary>
public sealed class FollowerStreamTests
{
    private readonly List<FollowBreak> _breaks = [];
    private readonly List<BadLine> _bad = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_followed_and_the_token_stays_with_its_server()
    {
        var tokens = new List<string>();
        await using var other = await StartAsync(
            context =>
            {
                tokens.Add("other:" + context.Request.Headers.Authorization);
                return Lines("1")(context);
            });
        await using var server = await StartAsync(
            Redirect("/b?x=1"),
            context =>
            {
                tokens.Add("same:" + context.Request.Headers.Authorization);
                return Redirect(other.Address + "c")(context);
            });
        using var client = new CulvertClient(server.Address, new CulvertClientOptions { Token = "secret" });

        Assert.Equal(["1"], await TextsAsync(client.FollowLines(new Uri("a", UriKind.Relative))));

        Assert.Equal(["GET /a", "GET /b?x=1"], server.Requests);
        Assert.Equal(["GET /c"], other.Requests);
        Assert.Equal(["same:Bearer secret", "other:"], tokens);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_circle_of_redirects_ends()
    {
        await using var server = await StartAsync();
        server.Otherwise = Redirect("/again");

        var e = await Assert.ThrowsAsync<CulvertProblemException>(() => TextsAsync(Follow(server, Options())));

        Assert.Equal(("too_many_redirects", false), (e.Code, e.Retry));
        Assert.Equal(6, server.Requests.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(400, false)]
    [InlineData(405, false)]
    [InlineData(406, false)]
    [InlineData(408, true)]
    [InlineData(410, false)]
    [InlineData(429, true)]
    [InlineData(451, false)]
    [InlineData(500, true)]
    [InlineData(501, false)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    public async Task A_status_says_whether_to_come_back(int status, bool comesBack)
    {
        await using var server = await StartAsync(Status(status), Lines("1"));
        var follower = Follow(server, Options());

        if (comesBack)
        {
            Assert.Equal(["1"], await TextsAsync(follower));
            Assert.Contains($"status {status}", Assert.Single(_breaks).Why, StringComparison.Ordinal);
            return;
        }

        var e = await Assert.ThrowsAsync<CulvertProblemException>(() => TextsAsync(follower));
        Assert.Equal(status, e.Status);
        Assert.Equal(FollowEndKind.Refused, follower.End?.Kind);
        Assert.Single(server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_not_there_is_waited_for_when_asked()
    {
        var address = FreePort();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var options = Options() with
        {
            WaitForServer = true,
            OnBreak = pause =>
            {
                _breaks.Add(pause);
                if (_breaks.Count == 3)
                {
                    stop.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => TextsAsync(NewClient(address).FollowLines(address, options), stop.Token));

        Assert.Equal(3, _breaks.Count);
        Assert.All(
            _breaks, b => Assert.Equal($"cannot connect to {address.OriginalString}: connection refused", b.Why));
    }

    [Fact(Timeout = 60_000)]
    public async Task Silence_is_told_from_a_cut_when_reconnecting_is_off()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(HangAfter("1"), CutAfter("1"));
        var options = Options() with { Reconnect = false, IdleTimeout = TimeSpan.FromMilliseconds(200) };
        var silent = NewClient(server.Address, time).FollowLines(server.Address, options);
        var cut = NewClient(server.Address, time).FollowLines(server.Address, options);

        await using var lines = silent.GetAsyncEnumerator(Stop);
        Assert.True(await lines.MoveNextAsync());
        var next = lines.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromMilliseconds(200));
        var silence = await Assert.ThrowsAsync<CulvertStreamBrokenException>(() => next);
        var broken = await Assert.ThrowsAsync<CulvertStreamBrokenException>(() => TextsAsync(cut));

        Assert.Equal(
            (true, "no byte for 0.2 s", FollowEndKind.Silent), (silence.WasSilent, silence.Why, silent.End?.Kind));
        Assert.Equal(
            (false, "the connection was cut", FollowEndKind.Broken), (broken.WasSilent, broken.Why, cut.End?.Kind));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_who_takes_long_over_a_line_is_no_silence()
    {
        var time = new ManualTime();
        var more = new TaskCompletionSource();
        await using var server = await StartAsync(async context =>
        {
            await Lines("1")(context);
            await more.Task.WaitAsync(Stop);
            await WriteAsync(context, "2\n");
        });
        var follower = NewClient(server.Address, time).FollowLines(server.Address, Options());
        await using var lines = follower.GetAsyncEnumerator(Stop);

        Assert.True(await lines.MoveNextAsync());
        time.Advance(TimeSpan.FromMinutes(10));
        more.SetResult();

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("2", Encoding.UTF8.GetString(lines.Current.Bytes.Span));
        Assert.Empty(_breaks);
    }

    [Fact(Timeout = 60_000)]
    public async Task Delays_grow_until_a_minute_of_health()
    {
        var time = new ManualTime { Skips = TimeSpan.FromSeconds(19) };
        await using var server = await StartAsync(
            Events("data: a\n\n"),
            Events("data: b\n\n"),
            Events("data: c\n\n"),
            Events("data: d\n\n"),
            Status(204));
        using var client = new CulvertClient(
            server.Address, new CulvertClientOptions { TimeProvider = time, Random = static () => 1 });
        await foreach (var line in client.FollowLines(server.Address, Options()).WithCancellation(Stop))
        {
            time.Advance(TimeSpan.FromSeconds(line.Bytes.Span[0] == 'c' ? 60 : 0));
        }

        Assert.Equal([0.5, 1, 0.5, 1], _breaks.Select(b => b.Delay.TotalSeconds));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_delay_an_event_stream_asked_for_holds_for_every_attempt_after_it()
    {
        var time = new ManualTime { Skips = TimeSpan.FromSeconds(19) };
        await using var server = await StartAsync(
            Events("retry: 2500\n\n"), Status(503), Status(503, "4"), Status(204));
        var follower = NewClient(server.Address, time).FollowLines(server.Address, Options());

        Assert.Empty(await TextsAsync(follower));

        Assert.Equal([2.5, 2.5, 4], _breaks.Select(b => b.Delay.TotalSeconds));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_id_without_data_counts_and_an_empty_one_takes_it_back()
    {
        await using var server = await StartAsync(
            Events("id: a\ndata: 1\n\nid: b\n\nid: c\ndata: cut off"), Events("id\ndata: 2\n\n"), Status(204));

        Assert.Equal(["1", "2"], await TextsAsync(Follow(server, Options())));

        Assert.Equal(["GET /", "GET / id=b", "GET /"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_over_the_limit_is_reported_and_skipped()
    {
        await using var server = await StartAsync(
            Events($"id: 1\ndata: a\n\nid: 2\ndata: {new string('x', 5000)}\n\ndata: b\n\n"), Status(204));

        Assert.Equal(["a", "b"], await TextsAsync(Follow(server, Options() with { MaxLineBytes = 4000 })));

        Assert.Equal("longer than 4000 bytes", Assert.Single(_bad).Why);
        Assert.Equal("GET / id=2", server.Requests.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_is_not_utf8_is_reported_and_skipped()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            await context.Response.Body.WriteAsync("\"a\"\n\"\xff\"\n\"b\"\n"u8.ToArray(), Stop);
            await context.Response.Body.WriteAsync((byte[])[(byte)'"', 0xff, (byte)'"', (byte)'\n'], Stop);
        });

        Assert.Equal(["\"a\"", "\"\u00ff\"", "\"b\""], await TextsAsync(Follow(server, Options())));

        Assert.Equal("not JSON", Assert.Single(_bad).Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_of_plain_text_may_hold_anything()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.ContentType = "Text/Plain; charset=utf-8";
            await WriteAsync(context, "not { json\r\nnor this\n");
        });

        Assert.Equal(["not { json", "nor this"], await TextsAsync(Follow(server, Options())));
        Assert.Empty(_bad);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_request_names_both_kinds_of_stream()
    {
        var accept = "";
        await using var server = await StartAsync(context =>
        {
            accept = context.Request.Headers.Accept.ToString();
            return Lines("1")(context);
        });

        await TextsAsync(Follow(server, Options()));

        Assert.Equal("application/x-ndjson, text/event-stream; q=0.9, */*; q=0.5", accept);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bye_that_asks_to_come_back_is_a_break_when_reconnecting_is_off()
    {
        await using var server = await StartAsync(
            Lines("""{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":1730}"""));

        var e = await Assert.ThrowsAsync<CulvertStreamBrokenException>(
            () => TextsAsync(Follow(server, Options() with { Reconnect = false })));

        Assert.Equal("restarting", e.Why);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancelling_ends_a_delay()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var time = new ManualTime();
        await using var server = await StartAsync(Status(503, "3000"));
        var follower = NewClient(server.Address, time).FollowLines(server.Address, Options());
        var texts = TextsAsync(follower, stop.Token);

        await time.TimerAsync(TimeSpan.FromSeconds(3000));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => texts);
        Assert.Null(follower.End);
    }

    private static Func<HttpContext, Task> Redirect(string location) => context =>
    {
        context.Response.StatusCode = 307;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    private static Func<HttpContext, Task> Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    private static Follower<StreamLine> Follow(ScriptedServer server, FollowOptions options) =>
        NewClient(server.Address).FollowLines(server.Address, options);

    private static async Task<List<string>> TextsAsync(Follower<StreamLine> follower, CancellationToken? stop = null)
    {
        var texts = new List<string>();
        await foreach (var line in follower.WithCancellation(stop ?? Stop))
        {
            texts.Add(Encoding.UTF8.GetString(line.Bytes.Span));
        }

        return texts;
    }

    private FollowOptions Options() => new() { OnBreak = _breaks.Add, OnBadLine = _bad.Add };
}
