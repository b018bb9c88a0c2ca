using Culvert.Server.Files;

namespace Culvert.Tests.Files;

public sealed class PageTests
{
    [Theory]
    [InlineData(400, "Bad Request")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "Not Found")]
    [InlineData(405, "Method Not Allowed")]
    [InlineData(414, "URI Too Long")]
    [InlineData(431, "Request Header Fields Too Large")]
    [InlineData(500, "Internal Server Error")]
    [InlineData(501, "Not Implemented")]
    [InlineData(505, "HTTP Version Not Supported")]
    public async Task An_error_has_a_page_of_its_own_status(int status, string reason)
    {
        await using var site = new TempSite();

        var reply = Reply.Of(site.Site.Page(status));
        var head = Reply.Of(site.Site.Page(status, isHead: true));

        Assert.StartsWith($"HTTP/1.1 {status} {reason}\r\n", reply.Head, StringComparison.Ordinal);
        Assert.Contains($"<h1>{status} {reason}</h1>", reply.Text, StringComparison.Ordinal);
        Assert.Equal($"{reply.Body.Length}", reply["Content-Length"]);
        Assert.Equal("text/html; charset=utf-8", reply["Content-Type"]);
        Assert.Equal("no-store", reply["Cache-Control"]);
        Assert.Equal("nosniff", reply["X-Content-Type-Options"]);
        Assert.Equal(status == 405 ? "GET, HEAD, OPTIONS" : null, reply["Allow"]);
        Assert.DoesNotContain("http://", reply.Text, StringComparison.Ordinal);
        Assert.Equal(reply.Head, head.Head);
        Assert.Empty(head.Body);
    }

    [Fact]
    public async Task A_site_has_its_own_pages_and_edits_them_while_it_runs()
    {
        await using var site = new TempSite();
        site.Write("404.html", "own 404");
        site.Write("403.html", "own 403");
        site.Write("416.html", "own 416");
        site.Write("a.txt", "text");

        Assert.Equal("own 404", site.Get("/nothing").Text);
        Assert.Equal("own 403", site.Get("/../x").Text);
        Assert.Equal("own 416", site.Get("/a.txt", ("Range", "bytes=9-")).Text);
        Assert.Equal(400, site.Get("/%").Status);
        Assert.Equal(200, site.Get("/404.html").Status);
        site.Write("404.html", "edited");
        File.Delete(Path.Combine(site.Root, "403.html"));
        site.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("edited", site.Get("/nothing").Text);
        Assert.Contains("<h1>403 Forbidden</h1>", site.Get("/../x").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_cannot_be_used_makes_no_other_error()
    {
        await using var site = new TempSite();
        site.Write("404.html", new byte[(1024 * 1024) + 1]);
        site.WriteOutside("secret", "secret");
        File.CreateSymbolicLink(Path.Combine(site.Root, "403.html"), "../secret");
        Directory.CreateDirectory(Path.Combine(site.Root, "400.html"));

        Assert.Contains("<h1>404 Not Found</h1>", site.Get("/nothing").Text, StringComparison.Ordinal);
        Assert.Contains("<h1>403 Forbidden</h1>", site.Get("/../x").Text, StringComparison.Ordinal);
        Assert.Contains("<h1>400 Bad Request</h1>", site.Get("/%").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_being_written_is_taken_when_it_is_done()
    {
        var path = "";
        var isBusy = false;
        await using var site = new TempSite
        {
            Opener = o => new TornOpener(o, _ =>
            {
                if (isBusy)
                {
                    File.AppendAllText(path, " more");
                }
            }),
        };
        path = site.Write("404.html", "own");
        Assert.Equal("own", site.Get("/nothing").Text);
        isBusy = true;
        site.Write("404.html", "new");
        site.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("own", site.Get("/nothing").Text);

        isBusy = false;
        site.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.StartsWith("new more", site.Get("/nothing").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OPTIONS", 204)]
    [InlineData("POST", 405)]
    [InlineData("PUT", 405)]
    [InlineData("DELETE", 405)]
    [InlineData("PATCH", 405)]
    [InlineData("TRACE", 405)]
    [InlineData("CONNECT", 405)]
    [InlineData("get", 501)]
    [InlineData("FOO", 501)]
    public async Task A_method_that_reads_nothing_is_told_so(string method, int status)
    {
        await using var site = new TempSite();

        var reply = Reply.Of(site.Site.AnswerMethod(System.Text.Encoding.ASCII.GetBytes(method)));

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 501 ? null : "GET, HEAD, OPTIONS", reply["Allow"]);
    }

    [Fact]
    public async Task Only_what_cannot_be_trusted_ends_the_connection()
    {
        await using var site = new TempSite();
        int[] all = [400, 403, 404, 405, 408, 411, 412, 413, 414, 416, 417, 431, 500, 501, 503, 505];

        Assert.Equal(
            [400, 408, 411, 413, 414, 417, 431, 505], all.Where(s => site.Site.Page(s).MustClose));
    }

    [Theory]
    [InlineData("text/html,*/*", "/some/page", 200)]
    [InlineData("text/html", "/some/page/", 200)]
    [InlineData("text/html", "/some/page.js", 404)]
    [InlineData("*/*", "/some/page", 404)]
    [InlineData("", "/some/page", 404)]
    [InlineData("text/html", "/.git", 404)]
    [InlineData("text/html", "/../x", 403)]
    public async Task The_fallback_answers_what_only_the_browser_knows(string accept, string target, int status)
    {
        await using var site = new TempSite { Options = new() { Fallback = "app.html" } };
        site.Write("app.html", "the application");

        for (var round = 0; round < 2; round++)
        {
            var reply = site.Get(target, ("Accept", accept));
            Assert.Equal(status, reply.Status);
            Assert.Equal(status == 200, reply.Text == "the application");
            Assert.Null(Reply.FromCache(site.Site, target, ("Accept", accept)));
        }
    }

    [Theory]
    [InlineData("app.3f9a2c1b.js", true)]
    [InlineData("app-3F9A2C7B.js", false)]
    [InlineData("app-XDLMQ4YX.js", true)]
    [InlineData("app.3f9a2c1b.js.map", true)]
    [InlineData("photo-20260101.jpg", false)]
    [InlineData("chapter-overview2.html", false)]
    [InlineData("app.js", false)]
    [InlineData("3f9a2c1b.js", false)]
    [InlineData("app-deadbeef.js", false)]
    [InlineData("v1.2.3.js", false)]
    public void A_name_with_a_hash_may_be_kept_for_ever(string name, bool isImmutable)
    {
        Assert.Equal(
            isImmutable ? "public, max-age=31536000, immutable" : "max-age=60",
            CachePolicy.Of(name, new SiteOptions { MaxAge = TimeSpan.FromMinutes(1) }));
        Assert.Equal("no-cache", CachePolicy.Of(name, new SiteOptions { Immutable = false }));
    }

    [Theory]
    [InlineData("a.html", "text/html; charset=utf-8")]
    [InlineData("a.HTM", "text/html; charset=utf-8")]
    [InlineData("a.mjs", "text/javascript; charset=utf-8")]
    [InlineData("a.json", "application/json; charset=utf-8")]
    [InlineData("a.svg", "image/svg+xml; charset=utf-8")]
    [InlineData("a.wasm", "application/wasm")]
    [InlineData("a.webmanifest", "application/manifest+json; charset=utf-8")]
    [InlineData("a.woff2", "font/woff2")]
    [InlineData("cat.jpg", "image/jpeg")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData("a", "application/octet-stream")]
    [InlineData("a.xyz", "application/octet-stream")]
    [InlineData("html", "application/octet-stream")]
    public void A_type_is_known_by_its_extension(string name, string type)
    {
        Assert.Equal(type, MediaType.Of(name).Value);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SiteOptionsCheck.Check(new SiteOptions { Root = "/nowhere/at/all" }));
        Assert.Throws<ArgumentException>(() => SiteOptionsCheck.Check(new SiteOptions { CacheBytes = -1 }));
        Assert.Throws<ArgumentException>(
            () => SiteOptionsCheck.Check(new SiteOptions { MaxAge = TimeSpan.FromDays(-1) }));
        Assert.Throws<ArgumentException>(() => SiteOptionsCheck.Check(new SiteOptions { Fallback = "../a" }));
        Assert.Throws<ArgumentException>(() => SiteOptionsCheck.Check(new SiteOptions { MaxCachedFileBytes = -1 }));
    }
}
