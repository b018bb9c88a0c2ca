using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>Peers that take their time, that are too many, or that ask a lot at once.</summary>
[Collection(AloneCollection.Name)]
public sealed class SlowPeerTests
{
    private const int Requests = 1000;

    private static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    [Theory(DisplayName = "row 65: slow head")]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task A_head_that_trickles_is_refused_when_its_time_is_over(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site, "CULVERT__HTTP__HEADERTIMEOUT=1s");
        var (connection, answers) = await Exchange.OpenAsync(server, kind, "G"u8.ToArray());
        using var opened = connection;
        var started = Stopwatch.GetTimestamp();

        // Each byte comes well before the time is over that all of them have.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var reading = answers.MustReadAsync();
        for (var i = 0; await pace.WaitForNextTickAsync(Bounded.Cancelled) && !reading.IsCompleted; i++)
        {
            await connection.SendAsync($"{"ET / HTTP/1.1\r\nX: "[Math.Min(i, 17)]}");
        }

        var answer = await reading;
        var took = Stopwatch.GetElapsedTime(started);
        Assert.Equal(408, answer.Status);
        Assert.Contains("<h1>408 ", answer.Text, StringComparison.Ordinal);
        Assert.Null(await answers.FaultOfEndAsync());
        Assert.InRange(took.TotalSeconds, 0.5, 4);
        await MustServeAsync(server);
    }

    [Theory(DisplayName = "row 66: connect and say nothing")]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task A_connection_that_says_nothing_is_closed_in_silence(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(
            site, "CULVERT__HTTP__HEADERTIMEOUT=1s", "CULVERT__HTTP__KEEPALIVE=1s");

        var (connection, answers) = await Exchange.OpenAsync(server, kind, []);
        using (connection)
        {
            Assert.Null(await answers.FaultOfEndAsync());
        }

        await MustServeAsync(server);
    }

    [Fact]
    public async Task A_used_connection_may_be_idle_for_as_long_as_a_new_one()
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site, "CULVERT__HTTP__HEADERTIMEOUT=3s");
        var (used, answers) = await Exchange.OpenAsync(server, ConnectionKind.Owned, []);
        using (used)
        {
            // The clock of this test is the server's: three seconds are several looks of whoever may end connections.
            var (other, refusal) = await Exchange.OpenAsync(server, ConnectionKind.Fresh, "G"u8.ToArray());
            using (other)
            {
                Assert.Equal(408, (await refusal.MustReadAsync()).Status);
            }

            await used.SendAsync(BadRequest.Get(Site.Page));
            Assert.Equal(Site.PageText, (await answers.MustReadAsync()).Text);
        }
    }

    [Theory(DisplayName = "row 67: slow reader")]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task A_reader_that_takes_nothing_loses_its_answer(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(
            site, "CULVERT__HTTP__SENDTIMEOUT=1s", "CULVERT__HTTP__HEADERTIMEOUT=2s");
        using var stalled = await RawConnection.OpenAsync(server.Address, receiveBuffer: 4096);
        if (kind == ConnectionKind.Owned)
        {
            await stalled.SendAsync(Exchange.Health);
            await Exchange.MustBeHealthyAsync(new AnswerReader(stalled));
        }

        await stalled.SendAsync(BadRequest.Get("/big.bin"));
        await MustReadAsync(stalled);

        // The clock of this test is the server's: another connection has longer to say nothing.
        var (other, answers) = await Exchange.OpenAsync(server, ConnectionKind.Fresh, "G"u8.ToArray());
        using (other)
        {
            Assert.Equal(408, (await answers.MustReadAsync()).Status);
        }

        Assert.True(await CountAsync(stalled) < Site.BigLength, "the whole file came after all");
        await MustServeAsync(server);
    }

    [Fact(DisplayName = "row 68: connection flood")]
    public async Task A_connection_over_the_limit_is_told_so_and_a_place_that_is_given_back_is_used()
    {
        const int Most = 20;
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site, $"CULVERT__HTTP__MAXCONNECTIONS={Most}");
        List<(RawConnection Connection, AnswerReader Answers)> open = [];
        for (var i = 0; i < Most; i++)
        {
            open.Add(await Exchange.OpenAsync(
                server, i % 2 == 0 ? ConnectionKind.Fresh : ConnectionKind.Owned, "GET "u8.ToArray()));
        }

        // One more each time than before: a refusal takes no place either.
        for (var i = 0; i < 3; i++)
        {
            var (over, told) = await Exchange.OpenAsync(
                server, ConnectionKind.Fresh, new BadRequest(BadRequest.Get(Site.Page), 200).Bytes(""));
            using (over)
            {
                var answer = await told.MustReadAsync();
                Assert.Equal(503, answer.Status);
                Assert.Equal("close", answer["Connection"]);
                Assert.Null(await told.FaultOfEndAsync());
            }
        }

        foreach (var (connection, answers) in open)
        {
            await connection.SendAsync("/page.html HTTP/1.0\r\n\r\n");
            Assert.Equal(Site.PageText, (await answers.MustReadAsync()).Text);
            Assert.Null(await answers.FaultOfEndAsync());
            connection.Dispose();
        }

        await MustServeAsync(server);
    }

    [Theory(DisplayName = "row 69: 1000 requests in one write")]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task Pipelined_requests_are_answered_in_order(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site);
        var requests = string.Concat(Enumerable.Range(0, Requests).Select(i =>
            i % 100 == 99 ? Exchange.Health : BadRequest.Get($"/numbered/{i % Site.Numbered}.txt")));

        var (connection, answers) = await Exchange.OpenAsync(server, kind, new BadRequest(requests, 200).Bytes(""));
        using (connection)
        {
            for (var i = 0; i < Requests; i++)
            {
                var answer = await answers.MustReadAsync();
                Assert.Equal(200, answer.Status);
                Assert.Equal(i % 100 != 99, answer.Text == $"file {i % Site.Numbered}");
            }
        }

        await MustServeAsync(server);
    }

    [Fact(DisplayName = "row 73: HTTP/2 preface")]
    public async Task HTTP_2_is_spoken_to_whoever_begins_with_it()
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site);

        var (connection, _) = await Exchange.OpenAsync(server, ConnectionKind.Fresh, Preface);
        using (connection)
        {
            // The server's preface is a SETTINGS frame (RFC 9113 §3.4).
            Assert.Equal(4, (await connection.ReceiveExactlyAsync(9))[3]);
        }

        await MustServeAsync(server);
    }

    [Theory(DisplayName = "row 73: HTTP/2 preface behind a request")]
    [InlineData(ConnectionKind.Owned)]
    [InlineData(ConnectionKind.Pipelined)]
    public async Task HTTP_2_cannot_begin_on_a_used_connection(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site);
        var preface = new BadRequest(Encoding.Latin1.GetString(Preface), 505) { Closes = true };

        Assert.Null(await Exchange.FaultAsync(server, preface, kind));
    }

    private static async Task<CulvertProcess> StartAsync(Site site, params string[] settings) =>
        await CulvertProcess.StartThroughAsync(site.Data, ["env", $"CULVERT__FILES__ROOT={site.Root}", .. settings]);

    private static async Task MustServeAsync(CulvertProcess server)
    {
        var request = new BadRequest(BadRequest.Get(Site.Page), 200);
        Assert.Null(await Exchange.FaultAsync(server, request, ConnectionKind.Fresh));
    }

    private static async Task MustReadAsync(RawConnection connection) =>
        Assert.True(await connection.ReceiveAsync(new byte[1024]) > 0);

    /// <summary>Reads until the end, which may be a reset.</summary>
    private static async Task<long> CountAsync(RawConnection connection)
    {
        var buffer = new byte[256 * 1024];
        var sum = 0L;
        try
        {
            for (int count; (count = await connection.ReceiveAsync(buffer)) > 0;)
            {
                sum += count;
            }
        }
        catch (SocketException)
        {
            // Cut off, which is the point.
        }

        return sum;
    }
}
