using System.Collections;
using System.Globalization;
using System.Text;
using Culvert.Tests.Client;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.CommandLine;

public sealed class TailTests
{
    private const string Ready = """{"ev":"ready","room":"lobby","cursor":"e1-9","replayed":1}""";
    private const string Hello =
        """{"ev":"msg","room":"lobby","offset":1,"seq":1,"at":1790000000123,"from":"alice","data":{"text":"hi"}}""";

    private const string Banned = """{"ev":"bye","code":4104,"why":"banned","retry":false}""";

    private readonly ManualTime _time = new();

    [Fact(Timeout = 60_000)]
    public async Task Into_a_pipe_go_the_event_lines_as_they_came()
    {
        await using var server = await StartAsync(Lines(Hello, """{"ev":"hb"}""", Ready));
        var run = new CommandRun();

        var code = await run.RunAsync("tail", "lobby", "--no-follow", "--server", server.Address.OriginalString);

        Assert.Equal($"{Hello}\n{Ready}\n", run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal(0, code);
        Assert.Equal(["GET /v1/rooms/lobby/events?since=last%3A10"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task On_a_terminal_people_read_lines()
    {
        await using var server = await StartAsync(Lines(
            Hello,
            Event("""{"ev":"msg","offset":2,"seq":2,"from":"bob","data":{"text":"two\nlines \u001b[31mred\u202e"}}"""),
            Event("""{"ev":"msg","offset":3,"seq":3,"from":"bob","data":[1,2]}"""),
            Event("""{"ev":"msg","offset":4,"seq":4,"from":"bob","erased":true}"""),
            Event("""{"ev":"edit","offset":5,"seq":1,"rev":2,"by":"alice","data":{"text":"ho"}}"""),
            Event("""{"ev":"erase","offset":6,"seq":2,"by":"mod","why":"spam"}"""),
            Event("""{"ev":"kick","offset":7,"by":"mod","user":"bob","why":"spam"}"""),
            Event("""{"ev":"topic","offset":8,"by":"mod","topic":"pipes"}"""),
            Event("""{"ev":"react","offset":9,"seq":1,"from":"bob","emoji":"👍","on":true}"""),
            """{"ev":"here","room":"lobby","pv":2,"join":["bob"],"leave":[]}""",
            Ready));
        var run = new CommandRun { OnTerminal = true, Time = _time, Variables = new Hashtable { ["NO_COLOR"] = "1" } };

        await run.RunAsync("tail", "lobby", "--no-follow", "--server", server.Address.OriginalString);

        Assert.Equal(
            """
            2026-09-21 14:13:20 alice: hi
            2026-09-21 14:13:20 bob: two
                                lines �[31mred�
            2026-09-21 14:13:20 bob: [1,2]
            2026-09-21 14:13:20 bob: (erased)
            2026-09-21 14:13:20 * alice edited #1: ho
            2026-09-21 14:13:20 * mod erased #2 (spam)
            2026-09-21 14:13:20 * mod kicked bob (spam)
            2026-09-21 14:13:20 * mod set the topic: pipes
            2026-09-21 14:13:20 * bob reacted 👍 to #1

            """,
            run.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Colours_are_for_terminals_that_want_them()
    {
        await using var server = await StartAsync(Lines(Hello, Ready), Lines(Hello, Ready), Lines(Hello, Ready));
        var colourful = new CommandRun { OnTerminal = true, Time = _time };
        var dumb = new CommandRun { OnTerminal = true, Time = _time, Variables = new Hashtable { ["TERM"] = "dumb" } };
        var piped = new CommandRun { Time = _time };
        string[] line = ["tail", "lobby", "--no-follow", "--format", "text", "--server", server.Address.OriginalString];

        await colourful.RunAsync(line);
        await dumb.RunAsync(line);
        await piped.RunAsync(line);

        Assert.Matches("^\e\\[2m2026-09-21 14:13:20\e\\[0m \e\\[\\d+malice\e\\[0m: hi\n$", colourful.Output);
        Assert.Equal("2026-09-21 14:13:20 alice: hi\n", dumb.Output);
        Assert.Equal("2026-09-21 14:13:20 alice: hi\n", piped.Output);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(
        401,
        "unauthorized",
        4,
        "Title. (unauthorized, status 401) No token was sent: give --token or CULVERT_TOKEN, "
            + "or --data DIR on its machine.")]
    [InlineData(403, "forbidden", 4, "Title. (forbidden, status 403)")]
    [InlineData(404, "not_found", 4, "Title. (not_found, status 404)")]
    [InlineData(400, "bad_cursor", 4, "Title. (bad_cursor, status 400)")]
    [InlineData(410, "gone", 4, "Title. (gone, status 410)")]
    [InlineData(501, "not_implemented", 1, "Title. (not_implemented, status 501)")]
    public async Task A_refusal_is_explained(int status, string problem, int exitCode, string error)
    {
        await using var server = await StartAsync(Problem(status, problem));
        var run = new CommandRun { Directory = CommandRun.Temporary() };

        var code = await run.RunAsync("tail", "lobby", "--server", server.Address.OriginalString);

        Assert.Equal(exitCode, code);
        Assert.Equal($"culvert tail: {error}\n", run.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--follow")]
    [InlineData("--no-follow")]
    public async Task A_server_that_is_not_there_is_explained(string follow)
    {
        var address = FollowerTests.FreePort().OriginalString;
        var run = new CommandRun();

        var code = await run.RunAsync("tail", "lobby", follow, "--server", address);

        Assert.Equal(3, code);
        Assert.Equal(
            $"culvert tail: cannot connect to {address}: connection refused. Is `culvert serve` running there? "
            + "--server URL names another one.\n",
            run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Breaks_gaps_and_bad_lines_are_told_on_stderr_and_survived()
    {
        await using var server = await StartAsync(
            Lines(Hello, "oops", """{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":1}"""),
            Lines("""{"ev":"gap","room":"lobby","have":1,"floor":5,"why":"retention"}""", Ready, Banned));
        var run = new CommandRun();

        Assert.Equal(4, await run.RunAsync("tail", "lobby", "--server", server.Address.OriginalString));

        Assert.StartsWith($"{Hello}\n{{\"ev\":\"gap\",", run.Output);
        Assert.Matches(
            """
            ^culvert tail: skipped a line: not the JSON of an event: oops
            culvert tail: restarting; trying again in 0\.\d s
            culvert tail: connected again
            culvert tail: events 2 to 4 of lobby are gone: retention
            culvert tail: the server ended it: banned \(4104\)
            $
            """,
            run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Being_sent_away_is_a_refusal()
    {
        await using var server = await StartAsync(Lines(Hello, Banned));
        var run = new CommandRun();

        Assert.Equal(4, await run.RunAsync("tail", "lobby", "--server", server.Address.OriginalString));
        Assert.Equal($"{Hello}\n", run.Output);
        Assert.Equal("culvert tail: the server ended it: banned (4104)\n", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Any_stream_can_be_tailed_by_its_address()
    {
        await using var server = await StartAsync(Lines("{\"n\":1}", "{\"n\":2}"), CutAfter("{\"n\":1}"));
        var whole = new CommandRun();
        var cut = new CommandRun();

        Assert.Equal(0, await whole.RunAsync("tail", $"{server.Address}stream?name=x"));
        Assert.Equal(5, await cut.RunAsync("tail", $"{server.Address}stream?name=x", "--no-follow"));

        Assert.Equal("{\"n\":1}\n{\"n\":2}\n", whole.Output);
        Assert.Equal("{\"n\":1}\n", cut.Output);
        Assert.Equal("culvert tail: the stream is over\n", whole.Error);
        Assert.Equal("culvert tail: the stream broke: the connection was cut\n", cut.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("v1/rooms/lobby/events", "v1/rooms/lobby/events?since=last:10")]
    [InlineData("below/v1/rooms/lobby/events?x=1", "below/v1/rooms/lobby/events?x=1&since=last:10")]
    [InlineData("v1/events?room=a&room=lobby&since=start", "v1/events?room=a&room=lobby&since=start")]
    public async Task The_address_of_a_room_is_followed_as_a_room(string path, string asked)
    {
        await using var server = await StartAsync(Lines(Hello, Ready));
        var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync("tail", $"{server.Address}{path}", "--no-follow"));

        // The end at `ready` and no word of a stream that is over: it was read as a room.
        Assert.Equal($"{Hello}\n{Ready}\n", run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal([$"GET /{asked}"], server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_cannot_be_read_shows_in_the_exit_code()
    {
        await using var server = await StartAsync(
            Lines("1", "{\"n\":\u001b[31m", "\"" + new string('x', 1 << 20), "2"));
        var run = new CommandRun();

        Assert.Equal(1, await run.RunAsync("tail", $"{server.Address}stream", "--no-follow"));

        Assert.Equal("1\n2\n", run.Output);
        Assert.Equal(
            "culvert tail: skipped a line: not JSON: {\"n\":\uFFFD[31m\n"
            + "culvert tail: skipped a line: longer than 1048576 bytes\nculvert tail: the stream is over\n",
            run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Silence_has_its_own_message_and_exit_code()
    {
        await using var server = await StartAsync(HangAfter("1"));
        var run = new CommandRun();

        Assert.Equal(6, await run.RunAsync("tail", $"{server.Address}stream", "--no-follow", "--idle", "1"));

        Assert.Equal("1\n", run.Output);
        Assert.Equal("culvert tail: the stream broke: no byte for 1 s\n", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_room_that_ends_before_all_was_sent_is_broken_off()
    {
        await using var server = await StartAsync(Lines(Hello));
        var run = new CommandRun();

        Assert.Equal(5, await run.RunAsync("tail", "lobby", "--no-follow", "--server", server.Address.OriginalString));

        Assert.Equal($"{Hello}\n", run.Output);
        Assert.Equal(
            "culvert tail: the stream broke: the server ended the stream before all was sent\n", run.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "^(\e\\[33mculvert tail: .*\e\\[0m\n){2}$")]
    [InlineData(false, "^(culvert tail: .*\n){2}$")]
    public async Task What_is_told_is_coloured_on_a_terminal_only(bool onTerminal, string expected)
    {
        await using var server = await StartAsync(Lines("oops"));
        var run = new CommandRun { ErrorIsTerminal = onTerminal };

        await run.RunAsync("tail", $"{server.Address}stream");

        Assert.Matches(expected, run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_server_says_stays_in_its_line()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return Json("{\"code\":\"x\",\"why\":\"no\\nculvert tail: \\u001b[31mall is well\"}")(context);
        });
        var run = new CommandRun();

        Assert.Equal(4, await run.RunAsync("tail", $"{server.Address}stream"));

        Assert.Equal("culvert tail: no culvert tail: \uFFFD[31mall is well (x, status 403)\n", run.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, 130)]
    [InlineData(true, 0)]
    public async Task Ctrl_C_is_130_and_a_supervisor_gets_0(bool terminated, int exitCode)
    {
        using var stop = new CancellationTokenSource();
        await using var output = new WatchedStream();
        await using var server = await StartAsync(HangAfter(Hello));
        var run = new CommandRun { OutputStream = output, Stop = stop.Token, Terminated = terminated };
        var running = run.RunAsync("tail", "lobby", "--server", server.Address.OriginalString);

        // What came is printed before anything else does: the stream is quiet.
        await output.Written.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(exitCode, await running);
        Assert.Equal($"{Hello}\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal("", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_who_has_gone_ends_it_quietly()
    {
        await using var output = new WatchedStream { IsClosed = true };
        await using var server = await StartAsync(HangAfter(Hello));
        var run = new CommandRun { OutputStream = output };

        Assert.Equal(0, await run.RunAsync("tail", "lobby", "--server", server.Address.OriginalString));
        Assert.Equal("", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hundred_thousand_lines_go_in_few_writes()
    {
        const int count = 100_000;
        var hello = "{" + Hello.Replace("\"offset\":1,", "\"offset\":{0},", StringComparison.Ordinal)
            .Replace("{\"text\":\"hi\"}}", "{{\"text\":\"hi\"}}}}", StringComparison.Ordinal);
        await using var output = new WatchedStream();
        await using var server = await StartAsync(async context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            for (var i = 1; i <= count; i += 1000)
            {
                var lines = Enumerable.Range(i, 1000)
                    .Select(n => string.Format(CultureInfo.InvariantCulture, hello, n));
                await WriteAsync(context, string.Join('\n', lines) + "\n");
            }

            await WriteAsync(context, Ready + "\n");
        });
        var run = new CommandRun { OutputStream = output };

        Assert.Equal(0, await run.RunAsync("tail", "lobby", "--no-follow", "--server", server.Address.OriginalString));

        Assert.Equal(count + 1, output.ToArray().Count(b => b == '\n'));
        Assert.InRange(output.Writes, 1, count / 20);
    }

    private static string Event(string line) =>
        line.Insert(line.IndexOf(',', StringComparison.Ordinal), ",\"room\":\"lobby\",\"at\":1790000000123");

    private sealed class WatchedStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public bool IsClosed { get; init; }

        public int Writes { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (IsClosed)
            {
                throw new IOException("Broken pipe");
            }

            Writes++;
            Write(buffer.Span);
            _written.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
