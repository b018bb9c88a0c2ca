using System.Collections;
using System.Text;
using Culvert.Tests.Client;
using Microsoft.AspNetCore.Http;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.CommandLine;

public sealed class PublishTests
{
    private readonly RoomServer _room = new();

    [Fact(Timeout = 60_000)]
    public async Task A_text_is_one_message()
    {
        await using var server = await StartAsync(_room.PublishAsync);
        var run = Run(server);

        Assert.Equal(0, await run.RunAsync("publish", "lobby", "@bob, hi"));
        Assert.Equal(["@bob, hi"], _room.Texts);
        Assert.Equal("", run.Output + run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_may_look_like_an_option_after_two_dashes()
    {
        await using var server = await StartAsync(_room.PublishAsync);

        Assert.Equal(0, await Run(server).RunAsync("publish", "lobby", "--", "--help"));
        Assert.Equal(["--help"], _room.Texts);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("publish lobby")]
    [InlineData("publish lobby -")]
    public async Task Every_line_of_the_input_is_one_message(string line)
    {
        await using var server = await StartAsync();
        server.Otherwise = _room.PublishAsync;
        var run = Run(server, "one\r\n\n  \ntwo é\nthree");

        Assert.Equal(0, await run.RunAsync(line.Split(' ')));
        Assert.Equal(["one", "two é", "three"], _room.Texts);
        Assert.Equal("3 published\n", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_are_published_once_each_and_in_order_whatever_fails()
    {
        var number = 0;
        await using var server = await StartAsync();
        server.Otherwise = context => (++number % 7) switch
        {
            2 => _room.CommitAndCutAsync(context),
            4 => Problem(503, "draining", retry: true, afterMs: 1)(context),
            5 => Problem(429, "rate_limited", retry: true, afterMs: 1)(context),
            6 => Cut(context),
            _ => _room.PublishAsync(context),
        };
        var lines = Enumerable.Range(0, 6000).Select(i => $"line {i}").ToList();
        var run = Run(server, string.Join('\n', lines));

        Assert.Equal(0, await run.RunAsync("publish", "lobby", "-"));
        Assert.Equal(lines, _room.Texts);
        Assert.EndsWith("6000 published\n", run.Error);
        Assert.All(_room.Batches, b => Assert.InRange(b, 1, 500));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rate_limit_below_the_batch_is_met_by_smaller_batches()
    {
        await using var server = await StartAsync();
        server.Otherwise = async context =>
        {
            context.Request.EnableBuffering();
            using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
            await (text.Split("\"key\"").Length > 101
                ? Problem(429, "rate_limited", retry: true, afterMs: 1)(context)
                : _room.PublishAsync(context));
        };
        var lines = Enumerable.Range(0, 1000).Select(i => $"line {i}").ToList();

        Assert.Equal(0, await Run(server, string.Join('\n', lines)).RunAsync("publish", "lobby", "-"));
        Assert.Equal(lines, _room.Texts);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_line_is_named_and_the_others_pass()
    {
        _room.Refuses = static text => text.StartsWith("bad", StringComparison.Ordinal);
        await using var server = await StartAsync();
        server.Otherwise = _room.PublishAsync;
        var run = Run(server, "a\nb\nbad 1\nc\n\nbad 2\nd");

        Assert.Equal(1, await run.RunAsync("publish", "lobby", "-"));
        Assert.Equal(["a", "b", "c", "d"], _room.Texts);
        Assert.Equal(
            "culvert publish: line 3: Title. (too_large, status 413)\n"
            + "culvert publish: line 6: Title. (too_large, status 413)\n4 published, 2 not\n",
            run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_no_message_can_hold_is_named_and_skipped()
    {
        await using var server = await StartAsync();
        server.Otherwise = _room.PublishAsync;
        var bytes = Encoding.UTF8.GetBytes($"a\n{new string('x', 3_000_000)}\nb\n?\nc\n{new string('y', 1_100_000)}");
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        var run = new CommandRun { InputStream = new MemoryStream(bytes), Variables = Variables(server) };

        Assert.Equal(1, await run.RunAsync("publish", "lobby"));
        Assert.Equal(["a", "b", "c"], _room.Texts);
        Assert.Equal(
            "culvert publish: line 2: too long for a message\nculvert publish: line 4: not UTF-8\n"
            + "culvert publish: line 6: too long for a message\n3 published, 3 not\n",
            run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_key_publishes_the_same_input_once()
    {
        await using var server = await StartAsync();
        server.Otherwise = _room.PublishAsync;

        await Run(server, "a\nb\n").RunAsync("publish", "lobby", "-", "--key", "import-7");
        await Run(server, "a\nb\nc\n").RunAsync("publish", "lobby", "-", "--key", "import-7");

        Assert.Equal(["a", "b", "c"], _room.Texts);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_stops_and_says_how_far_it_came()
    {
        await using var server = await StartAsync(Problem(403, "muted"));
        var run = Run(server, "a\nb\n");

        Assert.Equal(4, await run.RunAsync("publish", "lobby", "-"));
        Assert.Equal("culvert publish: Title. (muted, status 403)\n0 published\n", run.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_go_out_while_the_input_is_still_open()
    {
        using var stop = new CancellationTokenSource();
        var published = new TaskCompletionSource();
        await using var server = await StartAsync(async context =>
        {
            await _room.PublishAsync(context);
            published.SetResult();
        });
        var pipe = new System.IO.Pipelines.Pipe();
        var run = new CommandRun
        {
            InputStream = pipe.Reader.AsStream(),
            Variables = Variables(server),
            Stop = stop.Token,
        };
        var running = run.RunAsync("publish", "lobby");

        await pipe.Writer.WriteAsync("now\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await published.Task;
        await stop.CancelAsync();

        Assert.Equal(130, await running);
        Assert.Equal(["now"], _room.Texts);
    }

    private static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static CommandRun Run(ScriptedServer server, string input = "") => new()
    {
        Input = input,
        Variables = Variables(server),
        // Shorter than any time-out, longer than the delays that the servers here cause.
        Time = new ManualTime { Skips = TimeSpan.FromSeconds(10) },
    };

    private static Hashtable Variables(ScriptedServer server) =>
        new() { ["CULVERT_SERVER"] = server.Address.OriginalString };
}
