using System.Text;
using Culvert.Server.Front;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

/// <summary>Requests for files over real connections.</summary>
public sealed class RequestGateTests : IAsyncLifetime
{
    private readonly FrontRig _rig = new();

    public ValueTask InitializeAsync()
    {
        for (var i = 0; i < 10; i++)
        {
            _rig.Files.Write($"{i}.txt", $"file {i}");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("1.1", "", false, false)]
    [InlineData("1.1", "Connection: keep-alive\r\n", false, false)]
    [InlineData("1.1", "Connection: close\r\n", true, false)]
    [InlineData("1.1", "Connection: x, Close\r\n", true, false)]
    [InlineData("1.0", "", true, false)]
    [InlineData("1.0", "Connection: keep-alive\r\n", false, true)]
    [InlineData("1.0", "Connection: close\r\n", true, false)]
    public async Task The_connection_goes_on_or_ends_as_was_asked(
        string version, string field, bool closes, bool saysKeepAlive)
    {
        for (var round = 0; round < 2; round++)
        {
            using var client = _rig.Connect();
            await client.SendAsync($"GET /1.txt HTTP/{version}\r\nHost: a\r\n{field}\r\n");
            var answer = await client.AnswerAsync();

            Assert.Equal((200, "file 1"), (answer.Status, answer.Text));
            Assert.Equal((closes, saysKeepAlive), (answer.Closes, answer.KeepsAlive));
            if (closes)
            {
                Assert.Equal("", await client.RestAsync());
            }
            else
            {
                await client.SendAsync("GET /2.txt HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.Equal("file 2", (await client.AnswerAsync()).Text);
            }
        }
    }

    [Fact]
    public async Task A_thousand_pipelined_requests_are_answered_in_order()
    {
        using var client = _rig.Connect();
        var requests = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            var method = i % 7 == 0 ? "HEAD" : "GET";
            requests.Append($"{method} /{(i % 11 == 0 ? "none" : (i % 10) + ".txt")} HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        var sending = client.SendAsync(requests.ToString());
        for (var i = 0; i < 1000; i++)
        {
            var answer = await client.AnswerAsync(hasBody: i % 7 != 0);
            Assert.Equal(i % 11 == 0 ? 404 : 200, answer.Status);
            if (i % 7 != 0 && i % 11 != 0)
            {
                Assert.Equal($"file {i % 10}", answer.Text);
            }
        }

        await sending;
    }

    [Fact]
    public async Task Where_the_bytes_are_cut_makes_no_difference()
    {
        _rig.Files.Get("/1.txt");
        var requests = "GET /1.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /a b HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        string? expected = null;
        for (var split = 1; split <= requests.Length; split++)
        {
            using var pair = new SocketPair();
            using var client = new RawClient(pair.Peer);
            pair.SendAll(requests.AsSpan(0, split));
            pair.WaitForArrival();
            var connection = _rig.Join(pair);
            connection.Start();
            pair.SendAll(requests.AsSpan(split));

            var all = await client.RestAsync();
            expected ??= all;
            Assert.Equal(expected, all);
        }

        Assert.StartsWith("HTTP/1.1 200 ", expected);
        Assert.Contains("file 1HTTP/1.1 400 ", expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n", "GET /", 1, false)]
    [InlineData("Content-Length: 65536\r\n", "x", 65536, false)]
    [InlineData("Content-Length: 65537\r\n", "x", 65537, true)]
    [InlineData("Content-Length: 5\r\nExpect: 100-continue\r\n", "x", 5, true)]
    public async Task A_body_that_nobody_wants_is_skipped_or_ends_the_connection(
        string field, string piece, int count, bool closes)
    {
        for (var round = 0; round < 2; round++)
        {
            using var client = _rig.Connect();
            var body = string.Concat(Enumerable.Repeat(piece, count));
            await client.SendAsync($"GET /1.txt HTTP/1.1\r\nHost: a\r\n{field}\r\n");
            var answer = await client.AnswerAsync();

            Assert.Equal((200, closes), (answer.Status, answer.Closes));
            if (!closes)
            {
                await client.SendAsync($"{body}GET /2.txt HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.Equal("file 2", (await client.AnswerAsync()).Text);
            }
            else
            {
                Assert.Equal("", await client.RestAsync());
            }
        }
    }

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", true)]
    [InlineData("0\r\nA: b\r\n\r\n", true)]
    [InlineData("3\r\nabcX", false)]
    [InlineData("zz\r\n", false)]
    public async Task A_chunked_body_that_nobody_wants_is_skipped_when_it_is_good(string body, bool goesOn)
    {
        using var client = _rig.Connect();
        await client.SendAsync($"GET /1.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        Assert.Equal("file 1", (await client.AnswerAsync()).Text);
        await client.SendAsync("GET /2.txt HTTP/1.1\r\nHost: a\r\n\r\n");

        if (goesOn)
        {
            Assert.Equal("file 2", (await client.AnswerAsync()).Text);
        }
        else
        {
            Assert.Equal("", await client.RestAsync());
        }
    }

    [Fact]
    public async Task What_was_only_begun_when_the_peer_ends_is_refused()
    {
        using var client = _rig.Connect();
        await client.SendAsync("GET /1.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /2.tx");
        client.End();

        Assert.Equal("file 1", (await client.AnswerAsync()).Text);
        var refusal = await client.AnswerAsync();
        Assert.Equal((400, true), (refusal.Status, refusal.Closes));
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task What_was_asked_before_the_end_is_answered()
    {
        using var client = _rig.Connect();
        await client.SendAsync("GET /1.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /2.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        client.End();

        Assert.Equal("file 1", (await client.AnswerAsync()).Text);
        Assert.Equal("file 2", (await client.AnswerAsync()).Text);
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task A_refusal_reaches_a_peer_that_goes_on_sending()
    {
        using var client = _rig.Connect();
        await client.SendAsync("GET /a b HTTP/1.1\r\n\r\n" + new string('x', 300_000));

        var answer = await client.AnswerAsync();

        Assert.Equal((400, true), (answer.Status, answer.Closes));
        Assert.Equal("", await client.RestAsync());
    }

    [Fact]
    public async Task A_refused_request_for_the_application_is_told_in_its_form()
    {
        using var client = _rig.Connect();
        _rig.Answers.Routes = FrontRoutes.Of([FrontRig.Endpoint("/v1/rooms")]);
        await client.SendAsync("GET /v1/rooms HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");

        var answer = await client.AnswerAsync();

        Assert.Equal((400, true), (answer.Status, answer.Closes));
        Assert.Contains("application/problem+json", answer.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_connection_too_many_is_told_so_and_harms_nobody()
    {
        await using var rig = new FrontRig(new FrontLimits { MaxConnections = 1 });
        rig.Files.Write("a", "a");
        using var first = rig.Connect();
        await first.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await first.AnswerAsync()).Status);

        for (var i = 0; i < 3; i++)
        {
            using var second = rig.Connect();
            await second.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            var answer = await second.AnswerAsync();
            Assert.Equal((503, true), (answer.Status, answer.Closes));
            Assert.Equal("", await second.RestAsync());
        }

        await first.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await first.AnswerAsync()).Status);
    }
}
