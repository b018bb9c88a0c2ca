using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Tests.Files;

namespace Culvert.Tests.Hosting;

/// <summary>
/// A request for a file is answered with the same bytes by the front and by the HTTP server behind it. The front passes
/// on what repeats a header that selects the answer, so each request is sent as it is and with Accept twice.
/// </summary>
public sealed class FilesOnBothPathsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /")]
    [InlineData("HEAD /")]
    [InlineData("GET /?x=1")]
    [InlineData("GET http://localhost/")]
    [InlineData("GET /%69ndex.html")]
    [InlineData("GET /dir")]
    [InlineData("GET /dir?x=1&y")]
    [InlineData("GET /dir/")]
    [InlineData("HEAD /dir/")]
    [InlineData("GET /list/")]
    [InlineData("GET /list/", "Accept: application/json")]
    [InlineData("GET /index.html/")]
    [InlineData("GET /nothing")]
    [InlineData("HEAD /nothing")]
    [InlineData("GET /app/route", "Accept: text/html")]
    [InlineData("GET /../x")]
    [InlineData("GET /%2e%2e/x")]
    [InlineData("GET /a%2fb")]
    [InlineData("GET /%ff")]
    [InlineData("GET /.hidden")]
    [InlineData("GET /a.txt", "Accept-Encoding: br")]
    [InlineData("GET /a.txt", "Accept-Encoding: br;q=0, gzip;q=0.5")]
    [InlineData("GET /a.txt", "Accept-Encoding: identity;q=0")]
    [InlineData("GET /", "If-None-Match: *")]
    [InlineData("HEAD /", "If-None-Match: *")]
    [InlineData("GET /", "If-Modified-Since: Tue, 07 May 2024 07:08:09 GMT")]
    [InlineData("GET /", "If-Modified-Since: Sun, 05 May 2024 07:08:09 GMT")]
    [InlineData("GET /", "If-Match: \"x\"")]
    [InlineData("GET /", "If-Unmodified-Since: Sun, 05 May 2024 07:08:09 GMT")]
    [InlineData("GET /a.txt", "Range: bytes=1-2")]
    [InlineData("GET /a.txt", "Range: bytes=-2")]
    [InlineData("GET /a.txt", "Range: bytes=0-0,2-2")]
    [InlineData("GET /a.txt", "Range: bytes=99-")]
    [InlineData("GET /a.txt", "Range: lines=1-2")]
    [InlineData("GET /a.txt", "Range: bytes=1-2", "If-Range: \"x\"")]
    [InlineData("GET /large.bin")]
    [InlineData("HEAD /large.bin")]
    [InlineData("GET /large.bin", "Range: bytes=100-199999")]
    [InlineData("POST /", "Content-Length: 0")]
    [InlineData("POST /", "Content-Length: 3", "", "abc")]
    [InlineData("PUT /a.txt", "Transfer-Encoding: chunked", "", "3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("DELETE /nothing")]
    [InlineData("OPTIONS /")]
    [InlineData("TRACE /")]
    public async Task Both_paths_send_the_same_bytes(
        string line, string field = "", string other = "", string body = "")
    {
        await using var site = NewSite();
        await using var server = await TestServer.StartAsync(options => options with
        {
            Files = site.Options with { Root = site.Root },
        });
        var fields = string.Concat(new[] { field, other }.Where(f => f.Length > 0).Select(f => f + "\r\n"));
        var accept = field.StartsWith("Accept:", StringComparison.Ordinal) ? field : "Accept: */*";
        fields = field == accept ? "" : fields;

        var front = await AskAsync(server, line, $"{accept}\r\n{fields}", body);
        var general = await AskAsync(server, line, $"{accept}\r\n{accept}\r\n{fields}", body);
        var again = await AskAsync(server, line, $"{accept}\r\n{fields}", body);

        Assert.StartsWith("HTTP/1.1 ", front, StringComparison.Ordinal);
        Assert.Equal(front, general);
        Assert.Equal(front, again);
    }

    [Fact]
    public async Task Both_paths_log_one_line_at_the_end_of_each_answer()
    {
        await using var site = NewSite();
        var server = await TestServer.StartAsync(options => options with
        {
            Files = site.Options with { Root = site.Root },
        });
        await using (server)
        {
            await AskAsync(server, "GET /a.txt?secret", "User-Agent: one\r\n", "");
            await AskAsync(server, "GET /a.txt", "User-Agent: two\r\n", "");
            await AskAsync(server, "GET /a.txt", "User-Agent: three\r\nAccept: a\r\nAccept: b\r\n", "");
            await AskAsync(server, "GET /large.bin", "User-Agent: four\r\nReferer: /a?b\r\n", "");
            await AskAsync(server, "GET /a b", "User-Agent: five\r\n", "");
        }

        // The log begins with the time, the level and the category.
        var lines = server.Log.ToString().Split('\n').Where(l => l.Contains("AccessLog", StringComparison.Ordinal))
            .Select(l => Regex.Replace(l[(l.IndexOf(']', StringComparison.Ordinal) + 2)..], "[0-9.]+ms$", "ms"));
        Assert.Equal(
            [
                "127.0.0.1 - - \"GET /a.txt?\" 200 5 \"-\" \"one\" ms",
                "127.0.0.1 - - \"GET /a.txt\" 200 5 \"-\" \"two\" ms",
                "127.0.0.1 - - \"GET /a.txt\" 200 5 \"-\" \"three\" ms",
                "127.0.0.1 - - \"GET /large.bin\" 200 200000 \"/a?\" \"four\" ms",
            ],
            lines.SkipLast(1));
        Assert.Contains(" 400 ", lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_come_before_files_and_the_API_keeps_its_refusals()
    {
        await using var site = NewSite();
        site.Write("healthz", "a file");
        site.Write("v1/nothing", "a file");
        site.Write("healthz2", "a file");
        await using var server = await TestServer.StartAsync(options => options with
        {
            Files = site.Options with { Root = site.Root },
        });

        Assert.DoesNotContain("a file", await AskAsync(server, "GET /healthz", "", ""), StringComparison.Ordinal);
        Assert.Contains("a file", await AskAsync(server, "GET /healthz2", "", ""), StringComparison.Ordinal);
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/nothing");
    }

    private static TempSite NewSite()
    {
        var site = new TempSite
        {
            Options = new() { MaxCachedFileBytes = 100_000, Listing = true, Fallback = "index.html" },
        };
        site.Write("index.html", "<h1>hello</h1>");
        site.Write("dir/index.html", "x");
        site.Write("list/a & b.txt", "x");
        site.Write("a.txt", "plain");
        site.Write("a.txt.br", "brotli");
        site.Write(".hidden", "x");
        site.Write("404.html", "<h1>not here</h1>");
        site.Write("large.bin", [.. Enumerable.Range(0, 200_000).Select(n => (byte)(n * 7))]);
        return site;
    }

    /// <summary>All bytes up to the end of the connection, each as one character, with any date for the date.</summary>
    private static async Task<string> AskAsync(TestServer server, string line, string fields, string body)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(server.Server.Addresses[0]).Port, limit.Token);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n{body}"),
            limit.Token);
        using var answer = new MemoryStream();
        var buffer = new byte[65536];
        while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var count)
        {
            answer.Write(buffer.AsSpan(0, count));
        }

        return Regex.Replace(Encoding.Latin1.GetString(answer.ToArray()), "\r\nDate: [^\r]*", "\r\nDate: now");
    }
}
