using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests;

/// <summary>Streams of application code, in the sample's process and in this one.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class GreetingStreamTests
{
    private const string Request = "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n";

    [Fact]
    public async Task Aiohttp_reads_line_after_line_on_the_schedule()
    {
        await using var server = await GreetingProcess.StartAsync();
        await using var client = ChildProcess.Start(
            Programs.Python, [Programs.Peer("greeting_aiohttp.py"), $"{server.Address}?name=J%C3%B6rg"]);

        await client.Output.FirstAsync(l => l.Contains("this is 2 time", StringComparison.Ordinal)).Within(20);

        Assert.Equal("connected: application/json", client.Output.Lines[0]);
        var times = client.Output.Lines.Skip(1).Select((line, n) =>
        {
            var match = Shown().Match(line);
            Assert.Equal($"Hello Jörg, this is {n} time stream message.", match.Groups["text"].Value);
            return double.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture);
        }).ToList();
        Assert.Equal(3, times.Count);
        Assert.InRange(times[1] - times[0], 1.8, 2.4);
        Assert.InRange(times[2] - times[0], 3.8, 4.4);
        server.Child.Signal(UnixSignal.Terminate);
        await client.Output.FirstAsync(l => l == "ended").Within(10);
        await server.Child.MustExitAsync(0, TimeSpan.FromSeconds(5));
        Assert.Matches(
            @"Stream /stream to 127\.0\.0\.1:\d+ ended: server-stopping; 3 lines, \d+ bytes in \d+ ms; for Jörg$",
            Assert.Single(server.Child.Errors.Lines));
    }

    [Fact]
    public async Task Curl_speaks_old_http_asks_for_headers_only_and_is_refused_in_plain_words()
    {
        await using var server = await GreetingProcess.StartAsync();

        var old = ChildProcess.Start("curl", ["-sSN0i", $"{server.Address}"]);
        await using (old)
        {
            await old.Output.FirstAsync(l => l.Contains("this is 1 time", StringComparison.Ordinal)).Within(20);
        }

        Assert.DoesNotContain(old.Output.Lines, l => l.StartsWith("Transfer-Encoding", StringComparison.Ordinal));
        Assert.Contains("Content-Type: application/json", old.Output.Lines);
        Assert.Contains("Connection: close", old.Output.Lines);
        var head = await CurlAsync("-I", $"{server.Address}");
        Assert.StartsWith("HTTP/1.1 200", head);
        Assert.Contains("X-Accel-Buffering: no", head);
        Assert.Contains("Allow: GET, HEAD", await CurlAsync("-i", "-X", "POST", $"{server.Address}"));
        Assert.StartsWith("HTTP/1.1 400", await CurlAsync("-i", $"{server.Address}?name=a%0Ab"));
        Assert.StartsWith("HTTP/1.1 400", await CurlAsync("-i", $"{server.Address}?name={new string('x', 65)}"));
    }

    [Fact]
    public async Task A_stop_ends_a_hundred_streams_properly_and_at_once()
    {
        await using var server = await GreetingProcess.StartAsync();
        var clients = Enumerable.Range(0, 100)
            .Select(_ => ChildProcess.Start("curl", ["-sSN", $"{server.Address}"]))
            .ToList();
        try
        {
            foreach (var client in clients)
            {
                await client.Output.FirstAsync(l => l.Contains("this is 0 time", StringComparison.Ordinal)).Within(60);
            }

            server.Child.Signal(UnixSignal.Terminate);

            await server.Child.MustExitAsync(0, TimeSpan.FromSeconds(5));
            foreach (var client in clients)
            {
                await client.MustExitAsync(0, TimeSpan.FromSeconds(10));
            }

            Assert.Equal(
                100,
                server.Child.Errors.Lines.Count(l => l.Contains("ended: server-stopping", StringComparison.Ordinal)));
            Assert.Equal(100, server.Child.Errors.Lines.Count);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_client_that_leaves_is_noticed_with_no_data_due(bool reset) =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var host = await StreamHost.StartAsync(TimeSpan.FromMinutes(1), Bounded.Cancelled);
            using var client = await RawConnection.OpenAsync(host.Address);
            await client.SendAsync(Request);
            var read = "";
            var buffer = new byte[4096];
            while (!read.Contains('\n', StringComparison.Ordinal) || !read.EndsWith("\r\n", StringComparison.Ordinal)
                || read.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                read += System.Text.Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer));
            }

            var left = Stopwatch.GetTimestamp();
            if (reset)
            {
                client.Reset();
            }
            else
            {
                client.Dispose();
            }

            await host.Empty.Within(10);
            var noticed = Stopwatch.GetElapsedTime(left, Assert.Single(host.Ends));
            Bounded.Print($"noticed after {noticed.TotalMilliseconds:0.0} ms");
            return noticed;
        });

    [Fact]
    public async Task A_thousand_streams_keep_the_schedule()
    {
        await using var host = await StreamHost.StartAsync(TimeSpan.FromSeconds(2), Bounded.Cancelled);
        using var client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 });

        var reading = Enumerable.Range(0, 1000).Select(_ => ReadAsync(client, host.Address));
        var lateness = await Task.WhenAll(reading).Within(60);

        var all = lateness.SelectMany(l => l).Order().ToList();
        var (half, most) = (all[all.Count / 2], all[all.Count * 99 / 100]);
        Bounded.Print($"lateness of {all.Count} lines: p50 {half:0.0} ms, p99 {most:0.0} ms, worst {all[^1]:0.0} ms");
        Assert.True(most < 500, $"p99 was {most:0} ms");
        await host.Empty.Within(10);
        Assert.Equal(1000, host.Ends.Count);
    }

    [Fact]
    public async Task The_follower_tells_the_ends_apart_and_comes_back()
    {
        var server = await GreetingProcess.StartAsync();
        await using var once = GreetingProcess.Run("follow", $"{server.Address}", "--once");
        await using var staying = GreetingProcess.Run("follow", $"{server.Address}");
        await once.Output.FirstAsync(l => Shown().IsMatch(l)).Within(20);
        await staying.Output.FirstAsync(l => Shown().IsMatch(l)).Within(20);

        server.Child.Signal(UnixSignal.Terminate);

        await once.MustExitAsync(0, TimeSpan.FromSeconds(10));
        Assert.Contains("end: Completed", once.Errors.ToString());
        await staying.Errors.FirstAsync(l => l.Contains("coming back in", StringComparison.Ordinal)).Within(10);
        await server.DisposeAsync();
        await using var refused = GreetingProcess.Run("follow", $"{server.Address}");
        await refused.MustExitAsync(3, TimeSpan.FromSeconds(20));

        var second = await GreetingProcess.StartAsync();
        await using (second)
        {
            await using var cut = GreetingProcess.Run("follow", $"{second.Address}", "--once");
            await cut.Output.FirstAsync(l => Shown().IsMatch(l)).Within(20);
            second.Child.Signal(UnixSignal.Kill);
            await cut.MustExitAsync(5, TimeSpan.FromSeconds(10));
        }
    }

    [GeneratedRegex(@"^\[(?<time>\d+\.\d\d)\] (?<text>Hello .*)$")]
    private static partial Regex Shown();

    private static async Task<List<double>> ReadAsync(HttpClient client, Uri address)
    {
        using var response = await client.GetAsync(
            address, HttpCompletionOption.ResponseHeadersRead, Bounded.Cancelled);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Bounded.Cancelled));
        var read = new List<double>();
        while (read.Count < 5 && await reader.ReadLineAsync(Bounded.Cancelled) is { } line)
        {
            read.Add(StreamHost.Now - double.Parse(line, CultureInfo.InvariantCulture));
        }

        // The first line comes at once: the schedule begins with the second.
        return read[1..];
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        await using var curl = ChildProcess.Start("curl", ["-sS", .. arguments]);
        await curl.MustExitAsync(0, TimeSpan.FromSeconds(20));
        return curl.Output.ToString();
    }
}
