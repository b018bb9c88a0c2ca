using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Server.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Files;

/// <summary>The general path sends the bytes that the site decided on, over a real socket.</summary>
public sealed class FileEndpointTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("GET", "/", "")]
    [InlineData("HEAD", "/", "")]
    [InlineData("GET", "/dir?x", "")]
    [InlineData("GET", "/nothing", "")]
    [InlineData("HEAD", "/nothing", "")]
    [InlineData("GET", "/../x", "")]
    [InlineData("GET", "/%2e%2e/x", "")]
    [InlineData("GET", "/%ff", "")]
    [InlineData("GET", "/a%2fb", "")]
    [InlineData("GET", "http://localhost/", "")]
    [InlineData("GET", "http://localhost?x", "")]
    [InlineData("POST", "/", "Content-Length: 0\r\n")]
    [InlineData("FOO", "/", "")]
    [InlineData("OPTIONS", "/", "")]
    [InlineData("OPTIONS", "*", "")]
    [InlineData("GET", "/", "If-None-Match: *\r\n")]
    [InlineData("GET", "/", "If-Match: \"x\"\r\n")]
    [InlineData("GET", "/", "Range: bytes=1-2\r\n")]
    [InlineData("GET", "/", "Range: bytes=1-2,4-5\r\n")]
    [InlineData("GET", "/", "Range: bytes=100-\r\n")]
    [InlineData("GET", "/large.bin", "")]
    [InlineData("GET", "/large.bin", "Range: bytes=1-2,100000-\r\n")]
    [InlineData("GET", "/a.txt", "Accept-Encoding: br\r\n")]
    public async Task The_same_bytes_come_out(string method, string target, string headers)
    {
        await using var site = NewSite();
        await using var app = await StartAsync(site);

        var wire = await AskAsync(app, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");

        var pairs = headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(l => (l.Split(": ")[0], l.Split(": ")[1]))
            .Append((":method", method))
            .ToArray();
        var origin = target.Replace("http://localhost", "", StringComparison.Ordinal);
        var answer = method is "GET" or "HEAD"
            ? site.Site.Answer(
                Reply.Request(Encoding.ASCII.GetBytes(origin is [] or ['?', ..] ? "/" + origin : origin), pairs))
            : site.Site.AnswerMethod(Encoding.ASCII.GetBytes(method));
        Assert.Equal(WireOf(answer), Regex.Replace(wire, "Date: [^\r]*", "Date: now"));
    }

    [Fact]
    public async Task Each_request_is_logged_at_its_end()
    {
        await using var site = NewSite();
        using var lines = new StringWriter();
        using var log = new AccessLog(lines, TimeProvider.System);
        await using var app = await StartAsync(site, log);

        await AskAsync(app, "GET /large.bin?secret HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\"y\r\n\r\n");

        log.Dispose();
        Assert.Matches(
            " 127.0.0.1 - - \"GET /large.bin\\?\" 200 200000 \"-\" \"x\\\\x22y\" [0-9.]+ms\n", lines.ToString());
        Assert.Single(Regex.Matches(lines.ToString(), "large.bin"));
    }

    [Fact]
    public async Task A_file_that_gets_shorter_breaks_the_connection()
    {
        await using var site = NewSite();
        site.Get("/large.bin");
        using (var file = File.OpenWrite(Path.Combine(site.Root, "large.bin")))
        {
            file.SetLength(1000);
        }

        await using var app = await StartAsync(site);

        var wire = await AskAsync(app, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.InRange(wire.Length, 0, 5000);
    }

    [Fact]
    public async Task A_page_reloads_when_a_file_changes()
    {
        await using var site = new TempSite { Options = new() { LiveReload = true } };
        site.Write("index.html", "<body>hello</body>");
        site.Write("index.html.br", "not this one");
        await using var app = await StartAsync(site);

        Assert.Equal(
            "<body>hello<script src=\"/.culvert/reload.js\"></script></body>",
            site.Get("/", ("Accept-Encoding", "br")).Text);
        Assert.Contains("EventSource", site.Get("/.culvert/reload.js").Text, StringComparison.Ordinal);

        using var socket = await ConnectAsync(app);
        await socket.SendAsync("GET /.culvert/reload HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        var text = await ReadUntilAsync(socket, "still here");
        Assert.Contains("text/event-stream", text, StringComparison.Ordinal);
        site.Site.Reloads.Publish();
        await ReadUntilAsync(socket, "event: change");
        await site.Site.DisposeAsync();
        await ReadUntilAsync(socket, "0\r\n\r\n");
    }

    private static TempSite NewSite()
    {
        var site = new TempSite { Options = new() { MaxCachedFileBytes = 100_000 } };
        site.Write("index.html", "<h1>hello</h1>");
        site.Write("dir/index.html", "x");
        site.Write("a.txt", "plain");
        site.Write("a.txt.br", "brotli");
        site.Write("large.bin", new byte[200_000]);
        return site;
    }

    /// <summary>As a caller that owns the socket sends it.</summary>
    private static string WireOf(FileAnswer answer)
    {
        var date = "Date: now\r\n"u8;
        var head = new byte[answer.Head.WireLength(date, answer.MustClose)];
        Assert.Equal(head.Length, answer.Head.Write(head, date, answer.MustClose));
        return Encoding.Latin1.GetString([.. head, .. Reply.Of(answer).Body]);
    }

    private static async Task<WebApplication> StartAsync(TempSite site, AccessLog? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var endpoint = new FileEndpoint(site.Site, log);
        var reload = new ReloadEndpoint(site.Site.Reloads, TimeProvider.System);
        app.Run(c => c.Request.Path == ReloadScript.EventsPath
            ? reload.HandleAsync(c, app.Lifetime.ApplicationStopping)
            : endpoint.HandleAsync(c));
        await app.StartAsync();
        return app;
    }

    private static async Task<Socket> ConnectAsync(WebApplication app)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.First()).Port);
        return socket;
    }

    /// <summary>
    /// Sends a request, and another one that ends the connection so that the end of the first can be seen.
    /// </summary>
    private static async Task<string> AskAsync(WebApplication app, string request)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = await ConnectAsync(app);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            request + "GET /stop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var answer = new MemoryStream();
        var buffer = new byte[65536];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var count)
            {
                answer.Write(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException)
        {
            // Reset: what came before counts.
        }

        var text = Encoding.Latin1.GetString(answer.ToArray());
        var stop = text.LastIndexOf("HTTP/1.1 404 Not Found\r\nContent-Length: ", StringComparison.Ordinal);
        return stop > 0 ? text[..stop] : text;
    }

    private static async Task<string> ReadUntilAsync(Socket socket, string end)
    {
        using var limit = new CancellationTokenSource(Limit);
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains(end, StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(0, count);
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }

        return text;
    }
}
