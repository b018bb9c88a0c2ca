namespace Culvert.Tests.Files;

public sealed class SiteTests
{
    [Fact]
    public async Task A_file_is_answered_with_all_its_headers_in_kestrels_order()
    {
        await using var site = new TempSite();
        site.Write("index.html", "<h1>hello</h1>");

        var reply = site.Get("/");

        Assert.Equal(200, reply.Status);
        Assert.Equal("<h1>hello</h1>", reply.Text);
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nContent-Type: text/html; charset=utf-8\r\n"
            + "Accept-Ranges: bytes\r\nCache-Control: no-cache\r\n"
            + $"ETag: {reply["ETag"]}\r\nLast-Modified: Mon, 06 May 2024 07:08:09 GMT\r\n"
            + "Vary: Accept-Encoding\r\nX-Content-Type-Options: nosniff\r\n",
            reply.Head);
        Assert.Matches("^\"[A-Za-z0-9_-]{16}\"$", reply["ETag"]);
    }

    [Fact]
    public async Task Head_has_the_same_head_and_no_body()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "text");

        var get = site.Get("/a.txt");
        var head = site.Get("/a.txt", (":method", "HEAD"));

        Assert.Equal(get.Head, head.Head);
        Assert.Empty(head.Body);
    }

    [Theory]
    [InlineData("/a%20b.txt", 200)]
    [InlineData("/%61%20b.txt?x=1&y=%00", 200)]
    [InlineData("/dir/../a%20b.txt", 200)]
    [InlineData("//a%20b.txt", 200)]
    [InlineData("/dir/", 200)]
    [InlineData("/dir", 301)]
    [InlineData("/empty", 404)]
    [InlineData("/empty/", 404)]
    [InlineData("/A%20B.TXT", 404)]
    [InlineData("/a%20b.txt/", 404)]
    [InlineData("/a%20b.txt/c", 404)]
    [InlineData("/a%20b.txt.", 404)]
    [InlineData("/a%20b.txt::$DATA", 404)]
    [InlineData("/.secret", 404)]
    [InlineData("/.git/config", 404)]
    [InlineData("/.well-known/x", 200)]
    [InlineData("/dir/.well-known/x", 404)]
    [InlineData("/nothing", 404)]
    [InlineData("/<script>", 404)]
    [InlineData("/a%20b.txt#c", 400)]
    [InlineData("/a%20b.txt?#c", 400)]
    [InlineData("/a%00.html", 400)]
    [InlineData("/dir%0d%0aX:%20y", 400)]
    [InlineData("*", 400)]
    [InlineData("", 400)]
    public async Task A_target_gets_its_status(string target, int status)
    {
        await using var site = new TempSite();
        site.Write("a b.txt", "text");
        site.Write("dir/index.html", "index");
        site.Write(".secret", "secret");
        site.Write(".git/config", "secret");
        site.Write(".well-known/x", "x");
        site.Write("dir/.well-known/x", "x");
        Directory.CreateDirectory(Path.Combine(site.Root, "empty"));

        Assert.Equal(status, site.Get(target).Status);
        Assert.Equal(status, site.Get(target).Status);
        Assert.Equal(status, Reply.FromCache(site.Site, target)?.Status ?? status);
    }

    [Theory]
    [InlineData("/dir?a=b&c=%2F", "/dir/?a=b&c=%2F")]
    [InlineData("//evil.example/..//dir?x", "/dir/?x")]
    [InlineData("/%64ir", "/dir/")]
    [InlineData("/d%C3%A9%20%25", "/d%C3%A9%20%25/")]
    public async Task A_directory_redirects_to_its_slash_and_keeps_the_query(string target, string location)
    {
        await using var site = new TempSite();
        site.Write("dir/index.html", "index");
        site.Write("dé %/index.html", "index");

        var reply = site.Get(target);

        Assert.Equal(301, reply.Status);
        Assert.Equal(location, reply["Location"]);
    }
}
