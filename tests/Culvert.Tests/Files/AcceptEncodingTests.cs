namespace Culvert.Tests.Files;

public sealed class AcceptEncodingTests
{
    [Theory]
    [InlineData("", "-")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("zstd, gzip", "zstd")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", "-")]
    [InlineData("*", "br")]
    [InlineData("*;q=0", "-")]
    [InlineData("br;q=0, *", "zstd")]
    [InlineData("br;q=0.5, gzip;q=0.9", "gzip")]
    [InlineData("br;q=0.001, gzip;q=0", "br")]
    [InlineData("gzip ; q=0.5 , identity;q=1", "-")]
    [InlineData("gzip;q=0.5", "gzip")]
    [InlineData("gzip;q=1.000", "gzip")]
    [InlineData("identity;q=0", "-")]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("gzip;q=2", "-")]
    [InlineData("gzip;q=", "-")]
    [InlineData("gzip;q=0.1234", "-")]
    [InlineData("gzip;level=1", "-")]
    [InlineData(",,;,;;q", "-")]
    public async Task The_coding_that_the_client_likes_best_is_sent(string header, string coding)
    {
        await using var site = NewSite();

        var reply = site.Get("/a.txt", ("Accept-Encoding", header));

        Assert.Equal(coding, reply["Content-Encoding"] ?? "-");
        Assert.Equal(coding == "-" ? "plain" : coding, reply.Text);
        Assert.Equal("Accept-Encoding", reply["Vary"]);
    }

    [Fact]
    public async Task A_header_longer_than_any_browser_sends_is_not_read()
    {
        await using var site = NewSite();

        Assert.Null(site.Get("/a.txt", ("Accept-Encoding", new string('a', 1024) + ",br"))["Content-Encoding"]);
    }

    [Fact]
    public async Task Each_coding_has_its_own_tag_and_its_own_ranges()
    {
        await using var site = NewSite();

        var brotli = site.Get("/a.txt", ("Accept-Encoding", "br"));
        var gzip = site.Get("/a.txt", ("Accept-Encoding", "gzip"));
        var plain = site.Get("/a.txt");
        var part = site.Get("/a.txt", ("Accept-Encoding", "gzip"), ("Range", "bytes=1-2"));

        Assert.Equal(3, new[] { brotli["ETag"], gzip["ETag"], plain["ETag"] }.Distinct().Count());
        Assert.Equal("zi", part.Text);
        Assert.Equal("gzip", part["Content-Encoding"]);
        int Status(Reply has) =>
            site.Get("/a.txt", ("Accept-Encoding", "gzip"), ("If-None-Match", $"{has["ETag"]}")).Status;
        Assert.Equal((200, 304), (Status(plain), Status(gzip)));
    }

    [Fact]
    public async Task A_file_beside_that_is_older_is_not_sent()
    {
        await using var site = NewSite();
        site.Write("a.txt.br", "old", new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal("zstd", site.Get("/a.txt", ("Accept-Encoding", "br, zstd"))["Content-Encoding"]);
    }

    [Fact]
    public async Task Without_compression_no_variant_is_sent()
    {
        await using var site = new TempSite { Options = new() { Compress = false } };
        site.Write("a.txt", "plain");
        site.Write("a.txt.br", "br");

        var reply = site.Get("/a.txt", ("Accept-Encoding", "br"));

        Assert.Null(reply["Content-Encoding"]);
        Assert.Null(reply["Vary"]);
    }

    [Fact]
    public async Task Variants_are_made_in_the_background()
    {
        await using var site = new TempSite();
        var text = string.Concat(Enumerable.Repeat("compress me ", 500));
        site.Write("b.txt", text);
        site.Write("b.png", text);
        Assert.Null(site.Get("/b.txt", ("Accept-Encoding", "br"))["Content-Encoding"]);
        Assert.NotNull(site.Site.Compressor);
        await site.Site.Compressor.FlushAsync(TestContext.Current.CancellationToken);

        var brotli = site.Get("/b.txt", ("Accept-Encoding", "br"));
        var gzip = site.Get("/b.txt", ("Accept-Encoding", "gzip"));

        Assert.Equal("br", brotli["Content-Encoding"]);
        Assert.Equal("gzip", gzip["Content-Encoding"]);
        Assert.NotEqual(brotli["ETag"], gzip["ETag"]);
        Assert.Null(site.Get("/b.png", ("Accept-Encoding", "br"))["Content-Encoding"]);
        using var unzip = new System.IO.Compression.GZipStream(
            new MemoryStream(gzip.Body), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(text, await new StreamReader(unzip).ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(gzip.Head, Reply.FromCache(site.Site, "/b.txt", ("Accept-Encoding", "gzip"))?.Head);
    }

    private static TempSite NewSite()
    {
        var site = new TempSite();
        site.Write("a.txt", "plain");
        site.Write("a.txt.br", "br");
        site.Write("a.txt.gz", "gzip");
        site.Write("a.txt.zst", "zstd");
        return site;
    }
}
