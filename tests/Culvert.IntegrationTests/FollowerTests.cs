using System.Diagnostics;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Following;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>culvert tail, against a server that knows nothing of Culvert and against Culvert itself.</summary>
public sealed class FollowerTests
{
    private const string Again = @"; trying again in \d+\.\d s$";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePort.Find();

    [Theory]
    [InlineData("killed", "endless", 5, "the stream broke: the connection was cut")]
    [InlineData("ended", "ended", 0, "the stream is over")]
    [InlineData("absent", "endless", 3, "cannot connect to http://127.0.0.1:PORT: connection refused")]
    [InlineData("frozen", "endless", 6, "the stream broke: no byte for 1 s")]
    [InlineData("bad line", "bad", 1, "skipped a line: not JSON: {\"n\": oops}")]
    public async Task One_attempt_tells_by_message_and_exit_code_how_it_ended(
        string what, string path, int code, string message)
    {
        await using var peer = what == "absent" ? null : await StreamPeer.StartAsync(_port);
        await using var tail = Tail(path, "--no-follow", "--idle", what == "frozen" ? "1" : "45");
        if (what is "killed" or "frozen")
        {
            await tail.Output.FirstAsync(l => l == "{\"n\": 2}").Within(30);
            peer!.Signal(what == "killed" ? UnixSignal.Kill : UnixSignal.Stop); // Null only when absent.
        }

        await tail.MustExitAsync(code, Limit);

        var expected = $"culvert tail: {message.Replace("PORT", $"{_port}", StringComparison.Ordinal)}";
        Assert.Equal(expected, tail.Errors.Lines[0]);
        if (what == "bad line")
        {
            Assert.Equal(["{\"n\": 0}", "{\"n\": 1}"], tail.Output.Lines);
            Assert.Equal("culvert tail: skipped a line: longer than 1048576 bytes", tail.Errors.Lines[1]);
        }

        Assert.Equal(what == "bad line" ? 3 : 1, tail.Errors.Lines.Count);
    }

    [Fact]
    public async Task Followed_a_killed_server_is_waited_for()
    {
        var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail("endless");
        await using (peer)
        {
            await tail.Output.FirstAsync(l => l == "{\"n\": 2}").Within(30);
            peer.Signal(UnixSignal.Kill);
            await NoteAsync(tail, "^the connection was cut" + Again);
            await NoteAsync(tail, $"^cannot connect to http://127.0.0.1:{_port}: connection refused" + Again);
        }

        await using var next = await StreamPeer.StartAsync(_port);

        await NoteAsync(tail, "^connected again$");
        await TerminateAsync(tail);
    }

    [Fact]
    public async Task An_absent_server_is_waited_for_when_asked_to()
    {
        await using var tail = Tail("endless", "--wait");
        await NoteAsync(tail, $"^cannot connect to http://127.0.0.1:{_port}: connection refused" + Again);

        await using var peer = await StreamPeer.StartAsync(_port);

        await NoteAsync(tail, "^connected$");
        await tail.Output.FirstAsync(l => l == "{\"n\": 2}").Within(30);
        await TerminateAsync(tail);
    }

    [Fact]
    public async Task Followed_a_frozen_server_is_left_and_found_again()
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail("endless", "--idle", "1");
        await tail.Output.FirstAsync(l => l == "{\"n\": 2}").Within(30);

        peer.Signal(UnixSignal.Stop);
        await NoteAsync(tail, @"^no byte for 1 s" + Again);
        peer.Signal(UnixSignal.Continue);

        await NoteAsync(tail, "^connected again$");
        await TerminateAsync(tail);
    }

    [Fact]
    public async Task Followed_lines_that_end_are_over()
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail("ended");

        await tail.MustExitAsync(0, Limit);

        Assert.Equal(["{\"n\": 0}", "{\"n\": 1}"], tail.Output.Lines);
        Assert.Equal(["culvert tail: the stream is over"], tail.Errors.Lines);
    }

    [Fact]
    public async Task Followed_events_that_end_are_resumed_by_id_until_there_is_no_content()
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail("events");

        await tail.MustExitAsync(0, Limit);

        Assert.Equal(Enumerable.Range(1, 9).Select(n => $"{n}"), tail.Output.Lines);
        var breaks = tail.Errors.Lines.Count(l => Regex.IsMatch(l, "the server ended the stream" + Again));
        Assert.Equal(3, breaks);
        Assert.Equal("culvert tail: the stream is over", tail.Errors.Lines[^1]);
    }

    [Fact]
    public async Task Followed_a_bad_line_is_reported_and_the_next_comes()
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail("bad?stay");

        await tail.Output.FirstAsync(l => l == "{\"n\": 1}").Within(30);

        await NoteAsync(tail, "^skipped a line: not JSON: ");
        await NoteAsync(tail, "^skipped a line: longer than 1048576 bytes$");
        await TerminateAsync(tail);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_left_alone_for_as_long_as_it_says(int status)
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        var started = Stopwatch.GetTimestamp();
        await using var tail = Tail($"busy?status={status}");

        await tail.MustExitAsync(0, Limit);

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 1, 30);
        Assert.Matches($@"^culvert tail: .*status {status}\); trying again in 1\.\d s$", tail.Errors.Lines[0]);
        Assert.Equal(["{\"n\": 0}", "{\"n\": 1}"], tail.Output.Lines);
    }

    [Theory]
    [InlineData("page", "the answer is text/html, not lines or an event stream (not_a_stream, status 200)")]
    [InlineData("nothing", "the server answered 404 Not Found (http_404, status 404)")]
    public async Task What_is_no_stream_is_said_plainly(string path, string message)
    {
        await using var peer = await StreamPeer.StartAsync(_port);
        await using var tail = Tail(path);

        await tail.MustExitAsync(4, Limit);

        Assert.Equal([$"culvert tail: {message}"], tail.Errors.Lines);
    }

    [Fact]
    public async Task However_often_the_server_is_killed_a_follower_of_a_room_shows_every_message_once()
    {
        var kills = Programs.IsFullRun ? 8 : 3;
        using var directory = new TestDirectory();
        var data = directory.File("data");
        var server = await StartServerAsync(data);
        string[] where = ["--server", $"http://127.0.0.1:{_port}", "--data", data];
        await using var child = ChildProcess.Start(Programs.Culvert, ["tail", "lobby", "--since", "start", .. where]);
        await using var tail = new ProgramFollower("culvert tail", child, TextOf);
        await using var publish = ChildProcess.Start(Programs.Culvert, ["publish", "lobby", "-", .. where]);
        using var enough = new CancellationTokenSource();
        var publishing = PublishAsync(publish, enough.Token);

        for (var kill = 1; kill <= kills; kill++)
        {
            var shown = (await tail.TextsAsync()).Count;
            await tail.ReachedAsync(shown + 100, 120);
            await using (server)
            {
                await server.KillHardAsync();
            }

            server = await StartServerAsync(data);
        }

        await enough.CancelAsync();
        var count = await publishing;
        await publish.MustExitAsync(0, TimeSpan.FromSeconds(120));
        await using (server)
        {
            await tail.ReachedAsync(count, 120);
            await TerminateAsync(child);
        }

        Bounded.Print($"{kills} kills, {count} messages:\n{child.Errors}");
        Assert.Equal(Enumerable.Range(0, count).Select(n => $"message {n}"), await tail.TextsAsync());
        Assert.True(child.Errors.Lines.Count(l => l.EndsWith(" connected again", StringComparison.Ordinal)) >= kills);
    }

    private ChildProcess Tail(string path, params string[] options) =>
        ChildProcess.Start(Programs.Culvert, ["tail", $"http://127.0.0.1:{_port}/{path}", .. options]);

    private Task<CulvertProcess> StartServerAsync(string data) =>
        CulvertProcess.StartOnAsync(data, "--listen", $"http://127.0.0.1:{_port}");

    private static Task<string> NoteAsync(ChildProcess tail, string pattern) => tail.Errors
        .FirstAsync(l => l.StartsWith("culvert tail: ", StringComparison.Ordinal)
            && Regex.IsMatch(l["culvert tail: ".Length..], pattern))
        .Within(60);

    private static async Task TerminateAsync(ChildProcess tail)
    {
        tail.Signal(UnixSignal.Terminate);
        await tail.MustExitAsync(0, Limit);
    }

    /// <summary>Publishes without a pause longer than a few milliseconds; the pace is the input of the test.</summary>
    private static async Task<int> PublishAsync(ChildProcess publish, CancellationToken enough)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
        var count = 0;
        while (!enough.IsCancellationRequested)
        {
            await publish.Input.WriteLineAsync($"message {count++}");
            await publish.Input.FlushAsync(Bounded.Cancelled);
            await pace.WaitForNextTickAsync(Bounded.Cancelled);
        }

        publish.Input.Close();
        return count;
    }

    private static string? TextOf(string line) => EventLine.Is(line, "msg") ? EventLine.TextOf(line) : null;
}
