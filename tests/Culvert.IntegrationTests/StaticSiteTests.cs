using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Browsers;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>The small HTTP server, as a newcomer starts it, asked with curl and by hand.</summary>
public sealed class StaticSiteTests
{
    private const string Sample = SiteProcess.Sample;
    private const string Command = SiteProcess.Command;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Kinds => [Sample, Command];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_sample_site_is_served(string kind)
    {
        await using var site = await SiteProcess.StartAsync(kind, "/", "--top-dir", SiteProcess.Public);

        var start = await site.CurlAsync("/");
        var picture = await site.CurlAsync("/cat.svg");
        var redirect = await site.CurlAsync("/dir");

        Assert.StartsWith("HTTP/1.1 200 OK\n", start, StringComparison.Ordinal);
        Assert.Contains("<title>A small static site</title>", start, StringComparison.Ordinal);
        Assert.Contains("\nContent-Type: text/html; charset=utf-8\n", start, StringComparison.Ordinal);
        Assert.Matches(@"\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\n", start);
        Assert.All(["/dir", "/cat.svg", "/notfound"], l => Assert.Contains($"href=\"{l}\"", start));
        Assert.Contains("\nContent-Type: image/svg+xml", picture, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 301 Moved Permanently\n", redirect, StringComparison.Ordinal);
        Assert.Contains("<h1>The directory</h1>", await site.CurlAsync("/dir", "--location"));
        Assert.Contains("<h1>The directory</h1>", await site.CurlAsync("/dir/"));
        Assert.Contains("<h1>The other page</h1>", await site.CurlAsync("/dir/other.html"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_default_directory_is_the_current_one_and_nothing_outside_is_served(string kind)
    {
        using var directory = new TestDirectory();
        foreach (var name in new[] { "public", "public2" })
        {
            Directory.CreateDirectory(directory.File(name));
            await File.WriteAllTextAsync(directory.File($"{name}/s.txt"), "secret " + name, Bounded.Cancelled);
        }

        File.CreateSymbolicLink(directory.File("public/link.txt"), directory.File("public2/s.txt"));
        await using var site = await SiteProcess.StartAsync(kind, directory.File("public"));

        Assert.EndsWith("secret public", await site.CurlAsync("/s.txt"), StringComparison.Ordinal);
        foreach (var path in new[]
        {
            "/../public2/s.txt", "/%2e%2e/public2/s.txt", "/..%2fpublic2/s.txt", "/x/../../public2/s.txt", "/link.txt",
            "/../../../../etc/passwd", "//etc/passwd", "/..\\public2\\s.txt",
        })
        {
            var answer = await site.CurlAsync(path);
            Assert.Matches("^HTTP/1.1 40[034] ", answer);
            Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Targets_methods_and_versions_mean_what_the_RFCs_say(string kind)
    {
        await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);

        await MustBeAsync(site, "200 OK", "A small static site", "/index.html?x=1");
        await MustBeAsync(site, "200 OK", "A small static site", "/%69ndex.html");
        await MustBeAsync(site, "404 Not Found", "<h1>404 Not Found</h1>\n<p>There is nothing", "/notfound");
        await MustBeAsync(site, "403 Forbidden", "<h1>403 Forbidden</h1>\n<p>What lies", "/../x");
        await MustBeAsync(site, "405 Method Not Allowed", "\nAllow: GET, HEAD, OPTIONS\n", "/", "--data", "x");
        await MustBeAsync(site, "405 Method Not Allowed", "", "/", "--request", "DELETE");
        await MustBeAsync(site, "501 Not Implemented", "", "/", "--request", "FOO");
        var head = await site.CurlAsync("/", "--head");
        Assert.Contains("\nContent-Length: ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("<", head, StringComparison.Ordinal);

        await MustAnswerAsync(site, "400 Bad Request", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await MustAnswerAsync(site, "400 Bad Request", "GET\r\n\r\n"u8.ToArray());
        await MustAnswerAsync(site, "400 Bad Request", [.. "GET /"u8, 0xFF, 0xFE, .. " HTTP/1.1\r\n\r\n"u8]);
        await MustAnswerAsync(site, "505 HTTP Version Not Supported", "GET / HTTP/9.9\r\n\r\n"u8.ToArray());
        await MustAnswerAsync(
            site, "414 URI Too Long", Encoding.ASCII.GetBytes($"GET /{new string('a', 70_000)} HTTP/1.1\r\n\r\n"));
        Assert.Contains("<p>The server did not understand", await RawAsync(site, "GET\r\n\r\n"u8.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_request_in_pieces_gets_one_answer_and_a_large_body_does_not_destroy_it(string kind)
    {
        await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);
        using var pieces = await RawConnection.OpenAsync(site.Address);
        foreach (var c in "GET /dir/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        {
            await pieces.SendAsync(c.ToString());
        }

        var answer = await ReadToEndAsync(pieces);
        var body = new byte[1 << 20];
        var head = $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n";
        var posted = await RawAsync(site, [.. Encoding.ASCII.GetBytes(head), .. body]);

        Assert.Single(Regex.Matches(answer, "HTTP/1.1 "));
        Assert.EndsWith("</html>\n", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", posted, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", posted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_refused_in_time()
    {
        await using var site = await SiteProcess.StartAsync(Command, SiteProcess.Public);
        using var slow = await RawConnection.OpenAsync(site.Address);
        await slow.SendAsync("GET / HTTP/1.1\r\nHost: ");

        Assert.StartsWith("HTTP/1.1 408 ", await ReadToEndAsync(slow), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Connections_that_say_nothing_are_not_worth_a_line_and_each_request_is(string kind)
    {
        await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);
        for (var i = 0; i < 5; i++)
        {
            using var silent = await RawConnection.OpenAsync(site.Address);
        }

        using (var reset = await RawConnection.OpenAsync(site.Address))
        {
            await reset.SendAsync("GE");
            reset.Reset();
        }

        await site.CurlAsync("/dir/?token=secret", "--user-agent", "me", "--referer", "http://a/");
        var line = await site.Child.Errors.FirstAsync(l => l.Contains(" 200 ", StringComparison.Ordinal)).Within(20);
        await site.StopAsync(UnixSignal.Terminate);

        Assert.Matches(@"^\S+Z info  Files\.AccessLog\[\d+\] 127\.0\.0\.1 - - ""GET /dir/\?"" 200 \d+ ", line);
        Assert.Matches(@" ""http://a/"" ""me"" [\d.]+ms$", line);
        Assert.Single(site.Child.Errors.Lines, l => !l.Contains("\"GE\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pages_of_errors_need_not_be_there(string kind)
    {
        using var directory = new TestDirectory();
        await using var site = await SiteProcess.StartAsync(kind, directory.Path);

        await MustBeAsync(site, "404 Not Found", "<h1>404 Not Found</h1>", "/");
        await MustAnswerAsync(site, "400 Bad Request", "nonsense\r\n\r\n"u8.ToArray());
    }

    [Theory]
    [InlineData(Sample, 2, "--port: 'http' is not a port", "--port", "http")]
    [InlineData(Command, 2, "--port: '65536' is not a port", "--port", "65536")]
    [InlineData(Sample, 2, "directory nowhere does not exist", "--top-dir", "nowhere")]
    [InlineData(Command, 2, "directory nowhere does not exist", "--top-dir", "nowhere")]
    [InlineData(Sample, 2, "--nonsense is no option", "--nonsense")]
    [InlineData(Command, 2, "unknown option --nonsense", "--nonsense")]
    [InlineData(Command, 2, "cannot listen on http://example.org:0", "--host", "example.org", "--port", "0")]
    [InlineData(Sample, 1, "already in use", "--port", "TAKEN")]
    [InlineData(Command, 1, "already in use", "--port", "TAKEN")]
    public async Task A_start_that_cannot_work_says_why_in_one_line(
        string kind, int code, string why, params string[] options)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        await using var child = SiteProcess.Launch(
            kind, SiteProcess.Public, [.. options.Select(o => o == "TAKEN" ? port : o)]);

        await child.MustExitAsync(code, Limit);
        Assert.Contains(why, Assert.Single(child.Errors.Lines), StringComparison.Ordinal);
        Assert.Empty(child.Output.Lines);
    }

    [Fact]
    public async Task Localhost_is_both_loopback_addresses()
    {
        var port = FreePort.Find();
        await using var child = SiteProcess.Launch(
            Command, SiteProcess.Public, "--host", "localhost", "--port", $"{port}", "--verbose");
        await child.Output.FirstAsync(l => l == $"listening on http://localhost:{port}").Within(30);

        foreach (var host in new[] { "127.0.0.1", "[::1]" })
        {
            var curl = await ChildProcess.RunAsync(Limit, "curl", ["-sS", "-o", "/dev/null", $"http://{host}:{port}/"]);
            Assert.Equal(0, await curl.Exited);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_client_has_already_is_not_sent_again(string kind)
    {
        using var directory = new TestDirectory();
        await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);
        var tag = directory.File("etag");

        var first = await site.CurlAsync("/", "--etag-save", tag);
        var second = await site.CurlAsync("/", "--etag-compare", tag);

        Assert.StartsWith("HTTP/1.1 200 ", first, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 304 Not Modified\n", second, StringComparison.Ordinal);
        Assert.DoesNotContain("<", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_reloads_the_page()
    {
        using var directory = new TestDirectory();
        var page = directory.File("index.html");
        await File.WriteAllTextAsync(page, "<!doctype html><title>one</title><body>", Bounded.Cancelled);
        await using var site = await SiteProcess.StartAsync(Command, directory.Path, "--live-reload");
        await using var events = ChildProcess.Start("curl", ["-sSN", $"{site.Address}.culvert/reload"]);
        await events.Output.FirstAsync(l => l.StartsWith(": ", StringComparison.Ordinal)).Within(20);
        await using var browser = await Chromium.OpenAsync(site.Address);
        Assert.Equal("one", (await browser.EvaluateAsync("document.title")).GetString());

        await File.WriteAllTextAsync(page, "<!doctype html><title>two</title><body>", Bounded.Cancelled);

        await events.Output.FirstAsync(l => l == "event: change").Within(20);
        await site.Child.Errors.FirstAsync(IsReload).Within(20);
        Assert.True((await site.StopAsync(UnixSignal.Terminate)).TotalSeconds < 5);

        // The page that the browser has loaded since then; the first line is that of the page as it was.
        bool IsReload(string line) => line.Contains("\"GET /\" 200", StringComparison.Ordinal)
            && site.Child.Errors.Lines.Count(l => l.Contains("\"GET /\" 200", StringComparison.Ordinal)) > 1;
    }

    private static async Task MustBeAsync(
        SiteProcess site, string status, string part, string path, params string[] options)
    {
        var answer = await site.CurlAsync(path, options);
        Assert.StartsWith($"HTTP/1.1 {status}\n", answer, StringComparison.Ordinal);
        Assert.Contains(part, answer, StringComparison.Ordinal);
    }

    private static async Task MustAnswerAsync(SiteProcess site, string status, byte[] request) =>
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", await RawAsync(site, request), StringComparison.Ordinal);

    private static async Task<string> RawAsync(SiteProcess site, byte[] request)
    {
        using var connection = await RawConnection.OpenAsync(site.Address);
        await connection.SendAsync(request);
        return await ReadToEndAsync(connection);
    }

    private static async Task<string> ReadToEndAsync(RawConnection connection)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[65536];
        while (await connection.ReceiveAsync(buffer) is > 0 and var count)
        {
            answer.Write(buffer.AsSpan(0, count));
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
