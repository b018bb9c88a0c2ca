using System.Text;
using Culvert.Server.Files;

namespace Culvert.Tests.Files;

public sealed class RangeTests
{
    // Of a file of ten bytes. Null: ignored; empty: not to be satisfied.
    [Theory]
    [InlineData("bytes=0-0", "0+1")]
    [InlineData("bytes=0-", "0+10")]
    [InlineData("bytes=3-5", "3+3")]
    [InlineData("BYTES=3-5", "3+3")]
    [InlineData(" bytes=3-5 ", "3+3")]
    [InlineData("bytes=9-100", "9+1")]
    [InlineData("bytes=5-99999999999999999999999999", "5+5")]
    [InlineData("bytes=-3", "7+3")]
    [InlineData("bytes=-100", "0+10")]
    [InlineData("bytes=-0", "")]
    [InlineData("bytes=10-", "")]
    [InlineData("bytes=10-12", "")]
    [InlineData("bytes=99999999999999999999999999-", "")]
    [InlineData("bytes=10-,20-30", "")]
    [InlineData("bytes=10-,1-2", "1+2")]
    [InlineData("bytes=0-1,4-5", "0+2 4+2")]
    [InlineData("bytes=4-5 , ,0-1,", "0+2 4+2")]
    [InlineData("bytes=0-1,2-3", "0+4")]
    [InlineData("bytes=0-5,3-8", "0+9")]
    [InlineData("bytes=0-9,3-4,-1", "0+10")]
    [InlineData("bytes=0-0,0-0,0-0", "0+1")]
    [InlineData("bytes=5-3", null)]
    [InlineData("bytes=a-b", null)]
    [InlineData("bytes=1-2,x", null)]
    [InlineData("bytes=--1", null)]
    [InlineData("bytes=1", null)]
    [InlineData("bytes=-", null)]
    [InlineData("bytes=+1-2", null)]
    [InlineData("bytes=1 -2", null)]
    [InlineData("bytes=", null)]
    [InlineData("bytes=,", null)]
    [InlineData("bytes", null)]
    [InlineData("lines=1-2", null)]
    [InlineData("", null)]
    public void A_range_header_is_read(string header, string? ranges)
    {
        var read = ByteRanges.Parse(Encoding.ASCII.GetBytes(header), 10);

        Assert.Equal(ranges, read is null ? null : string.Join(' ', read.Select(r => $"{r.Offset}+{r.Length}")));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(17, null)]
    [InlineData(1300, null)]
    public void More_ranges_than_anybody_needs_are_ignored(int count, int? ranges)
    {
        var header = "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i * 3}-{i * 3}"));

        Assert.Equal(ranges, ByteRanges.Parse(Encoding.ASCII.GetBytes(header), 100_000)?.Length);
    }

    [Fact]
    public void An_empty_file_has_no_range()
    {
        Assert.Empty(ByteRanges.Parse("bytes=0-"u8, 0) ?? [default]);
        Assert.Empty(ByteRanges.Parse("bytes=-5"u8, 0) ?? [default]);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(0)]
    public async Task One_range_is_a_part_from_memory_and_from_the_disk(int maxCachedBytes)
    {
        await using var site = NewSite(maxCachedBytes);

        var reply = site.Get("/a.bin", ("Range", "bytes=2-4"));
        var head = site.Get("/a.bin", ("Range", "bytes=2-4"), (":method", "HEAD"));

        Assert.Equal(206, reply.Status);
        Assert.Equal("234", reply.Text);
        Assert.Equal("bytes 2-4/10", reply["Content-Range"]);
        Assert.Equal("3", reply["Content-Length"]);
        Assert.Equal(reply.Head, head.Head);
        Assert.Empty(head.Body);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(0)]
    public async Task Several_ranges_come_in_parts(int maxCachedBytes)
    {
        await using var site = NewSite(maxCachedBytes);

        var reply = site.Get("/a.bin", ("Range", "bytes=0-1,-2"));

        Assert.Equal(206, reply.Status);
        Assert.Null(reply["Content-Range"]);
        var boundary = reply["Content-Type"]?.Split("boundary=")[1];
        Assert.Equal(
            $"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-1/10\r\n\r\n01"
            + $"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 8-9/10\r\n\r\n89"
            + $"\r\n--{boundary}--\r\n",
            reply.Text);
        Assert.Equal($"{reply.Body.Length}", reply["Content-Length"]);
    }

    [Fact]
    public async Task A_range_behind_the_end_gets_a_page_that_says_how_long_the_file_is()
    {
        await using var site = NewSite(1024);

        var reply = site.Get("/a.bin", ("Range", "bytes=10-"));

        Assert.Equal(416, reply.Status);
        Assert.Equal("bytes */10", reply["Content-Range"]);
        Assert.Contains("<h1>416 Range Not Satisfiable</h1>", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TAG", 206)]
    [InlineData("W/TAG", 200)]
    [InlineData("\"x\"", 200)]
    [InlineData("Mon, 06 May 2024 07:08:09 GMT", 206)]
    [InlineData("Mon, 06 May 2024 07:08:10 GMT", 200)]
    [InlineData("garbage", 200)]
    public async Task A_range_only_applies_to_what_the_client_has(string ifRange, int status)
    {
        await using var site = NewSite(1024);
        var tag = site.Get("/a.bin")["ETag"] ?? "";

        var reply = site.Get(
            "/a.bin",
            ("Range", "bytes=1-2"),
            ("If-Range", ifRange.Replace("TAG", tag, StringComparison.Ordinal)));

        Assert.Equal(status, reply.Status);
    }

    private static TempSite NewSite(int maxCachedBytes)
    {
        var site = new TempSite { Options = new() { MaxCachedFileBytes = maxCachedBytes } };
        site.Write("a.bin", "0123456789");
        return site;
    }
}
