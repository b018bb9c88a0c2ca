using System.Text;
using Culvert.Server.Front;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

/// <summary>What an application behind the front gets to see, with the real HTTP server between.</summary>
public sealed class ApplicationReaderTests : IAsyncLifetime
{
    private const string Hidden = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

    private AppRig? _started;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AppRig Rig => _started ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _started = await AppRig.StartAsync();
        Rig.Files.Write("a", "file a");
        Rig.Files.Write("b", "file b");
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    [Fact]
    public async Task Files_and_the_application_take_turns_in_every_order()
    {
        (string Request, string Answer)[] kinds =
        [
            ("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "file a"),
            ("GET /app/hello HTTP/1.1\r\nHost: a\r\n\r\n", "hello"),
            (Post(Hidden), Hidden),
            (Chunked("xyz", Hidden), "xyz" + Hidden),
            ($"GET /b HTTP/1.1\r\nHost: a\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}", "file b"),
        ];
        for (var order = 0; order < 5 * 5 * 5 * 5; order++)
        {
            int[] chosen = [order % 5, order / 5 % 5, order / 25 % 5, order / 125];
            using var client = Rig.Connect();
            await client.SendAsync(string.Concat(chosen.Select(kind => kinds[kind].Request)));
            foreach (var kind in chosen)
            {
                var answer = await AnswerAsync(client);
                Assert.Equal((200, kinds[kind].Answer), answer);
            }
        }
    }

    [Fact]
    public async Task Where_the_bytes_are_cut_makes_no_difference()
    {
        var requests = Hidden + Chunked("xyz", "12") + Post("body") + "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
        for (var split = 1; split < requests.Length; split++)
        {
            using var client = Rig.Connect();
            await client.SendAsync(requests[..split]);
            await client.SendAsync(requests[split..]);
            foreach (var text in new[] { "file b", "xyz12", "body", "file a" })
            {
                Assert.Equal((200, text), await AnswerAsync(client));
            }
        }
    }

    [Fact]
    public async Task Byte_by_byte_everything_is_seen_the_same()
    {
        using var client = Rig.Connect();
        var answers = ReadAsync();
        foreach (var next in Post(Hidden) + Hidden + Chunked("xyz", "12") + Hidden)
        {
            await client.SendAsync(new byte[] { (byte)next });
        }

        await answers;

        async Task ReadAsync()
        {
            foreach (var text in new[] { Hidden, "file b", "xyz12", "file b" })
            {
                Assert.Equal((200, text), await AnswerAsync(client));
            }
        }
    }

    [Fact]
    public async Task A_body_that_the_application_ignores_is_stepped_over()
    {
        using var client = Rig.Connect();
        await client.SendAsync(Post(Hidden, "/app/ignore") + "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal((200, "ignored"), await AnswerAsync(client));
        Assert.Equal((200, "file a"), await AnswerAsync(client));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task A_large_body_arrives_whole(int size)
    {
        using var client = Rig.Connect();
        var body = new byte[size];
        new Random(size).NextBytes(body);
        var text = Encoding.Latin1.GetString(body);
        var sending = client.SendAsync(Post(text) + Hidden);

        var answer = await client.AnswerAsync();

        Assert.Equal(body, answer.Body);
        Assert.Equal((200, "file b"), await AnswerAsync(client));
        await sending;
    }

    [Fact]
    public async Task What_comes_behind_a_request_is_judged_before_the_application_sees_it()
    {
        using var client = Rig.Connect();
        await client.SendAsync(Post("x") + "GET /app/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + Hidden);
        Assert.Equal((200, "x"), await AnswerAsync(client));
        var refusal = await client.AnswerAsync();
        Assert.Equal((400, true), (refusal.Status, refusal.Closes));
        Assert.Equal("", await client.RestAsync());
    }

    [Theory]
    [InlineData("zz\r\n", true)]
    [InlineData("3\r\nabcX", true)]
    [InlineData("3\r\nabc\rX", false)]
    [InlineData("3\nabc\r\n", false)]
    [InlineData("3\rX", false)]
    [InlineData("3;a\0\r\nabc\r\n0\r\n\r\n", false)]
    [InlineData("-3\r\nabc\r\n", true)]
    [InlineData("3\r\nabc\r\n\r\n", true)]
    [InlineData("0\r\nA b: c\r\n\r\n", false)]
    [InlineData("0\r\n a: c\r\n\r\n", true)]
    public async Task Chunks_that_are_none_end_the_connection_and_nothing_behind_them_is_seen(
        string body, bool isWhole)
    {
        using var client = Rig.Connect();
        await client.SendAsync(
            $"POST /app/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}{Hidden}");

        var all = await client.RestAsync();

        // Where the break is within a line that has begun, the HTTP server ends without a word.
        Assert.StartsWith(isWhole ? "HTTP/1.1 400 " : "", all);
        Assert.DoesNotContain("file b", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/raw")]
    [InlineData("/app/raw?direct")]
    public async Task After_an_upgrade_all_bytes_are_the_applications(string target)
    {
        using var client = Rig.Connect();
        await client.SendAsync(Upgrade(target) + Hidden);
        Assert.Equal(101, (await client.AnswerAsync(hasBody: false)).Status);
        Assert.Equal(Hidden, Encoding.ASCII.GetString(await client.BytesAsync(Hidden.Length)));
        await client.SendAsync("\0\r\n\r\nBAD");
        Assert.Equal("\0\r\n\r\nBAD", Encoding.ASCII.GetString(await client.BytesAsync(8)));
        client.End();
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task After_a_refused_upgrade_requests_are_judged_as_before()
    {
        using var client = Rig.Connect();
        await client.SendAsync(Upgrade("/app/raw?refuse") + Hidden + "GET /a b HTTP/1.1\r\n\r\n");
        Assert.Equal(403, (await client.AnswerAsync()).Status);
        Assert.Equal((200, "file b"), await AnswerAsync(client));
        Assert.Equal(400, (await client.AnswerAsync()).Status);
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task A_peer_that_has_ended_its_side_still_gets_an_answer_that_comes_soon()
    {
        using var client = Rig.Connect();
        await client.SendAsync("GET /app/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        client.End();
        await Rig.Waiting.Task.WaitAsync(SocketPair.Limit, Cancel);
        Rig.Time.Advance(FrontServer.HalfClosedTime);
        Rig.Aborted.TrySetResult(false);

        var all = await client.RestAsync();

        Assert.StartsWith("HTTP/1.1 200 ", all);
        Assert.Contains("late", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_given_up_less_than_a_second_after_its_peer_has_ended()
    {
        using var client = Rig.Connect();
        await client.SendAsync("GET /app/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        client.End();
        await Rig.Waiting.Task.WaitAsync(SocketPair.Limit, Cancel);
        Assert.False(Rig.Aborted.Task.IsCompleted);

        // The end may still be on its way to the front, so time goes on until it is there.
        SpinWait.SpinUntil(() => IsOverAfter(ConnectionTable.Tick, Rig.Aborted.Task), SocketPair.Limit);

        Assert.True(await Rig.Aborted.Task.WaitAsync(SocketPair.Limit, Cancel));
        Assert.True(FrontServer.HalfClosedTime + (2 * ConnectionTable.Tick) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_reset_takes_the_request_away_at_once()
    {
        var client = Rig.Connect();
        await client.SendAsync("GET /app/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await Rig.Waiting.Task.WaitAsync(SocketPair.Limit, Cancel);
        client.Socket.Close(0);

        Assert.True(await Rig.Aborted.Task.WaitAsync(SocketPair.Limit, Cancel));
    }

    [Fact]
    public async Task Between_requests_to_the_application_a_connection_may_be_idle_for_so_long()
    {
        using var client = Rig.Connect();
        await client.SendAsync("GET /app/hello HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal((200, "hello"), await AnswerAsync(client));
        var ending = client.RestAsync();
        SpinWait.SpinUntil(() => IsOverAfter(new FrontLimits().KeepAlive, ending), SocketPair.Limit);

        Assert.Equal("", await ending);
    }

    private bool IsOverAfter(TimeSpan time, Task task)
    {
        Rig.Time.Advance(time);
        return task.IsCompleted;
    }

    private static string Post(string body, string target = "/app/echo") =>
        $"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Chunked(params string[] chunks) =>
        "POST /app/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + string.Concat(chunks.Select(chunk => $"{chunk.Length:x}\r\n{chunk}\r\n")) + "0\r\n\r\n";

    private static string Upgrade(string target) =>
        $"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";

    private static async Task<(int Status, string Text)> AnswerAsync(RawClient client)
    {
        var answer = await client.AnswerAsync();
        return (answer.Status, answer.Text);
    }
}
