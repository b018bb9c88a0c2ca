using System.Text;
using Culvert.Server.Files;

namespace Culvert.Tests.Files;

public sealed class ConditionsTests
{
    private const string Date = "Mon, 06 May 2024 07:08:09 GMT";
    private const string Earlier = "Mon, 06 May 2024 07:08:08 GMT";
    private const string Later = "Mon, 06 May 2024 07:08:10 GMT";

    // T stands for the tag of the file.
    [Theory]
    [InlineData("", "", "", "", 200)]
    [InlineData("*", "", "", "", 200)]
    [InlineData("T", "", "", "", 200)]
    [InlineData("\"x\", T", "", "", "", 200)]
    [InlineData("\"x\"", "", "", "", 412)]
    [InlineData("W/T", "", "", "", 412)]
    [InlineData("garbage", "", "", "", 200)]
    [InlineData("T", Earlier, "", "", 200)]
    [InlineData("", Date, "", "", 200)]
    [InlineData("", Later, "", "", 200)]
    [InlineData("", Earlier, "", "", 412)]
    [InlineData("", "x", "", "", 200)]
    [InlineData("\"x\"", "", "T", "", 412)]
    [InlineData("", Earlier, "T", "", 412)]
    [InlineData("", "", "T", "", 304)]
    [InlineData("", "", "W/T", "", 304)]
    [InlineData("", "", "*", "", 304)]
    [InlineData("", "", " , \"x\",T", "", 304)]
    [InlineData("", "", "\"x\"", "", 200)]
    [InlineData("", "", "\"x\"", Date, 200)]
    [InlineData("", "", "T", Earlier, 304)]
    [InlineData("", "", "\"", "", 200)]
    [InlineData("", "", "\"", Date, 304)]
    [InlineData("", "", "x", "", 200)]
    [InlineData("", "", "", Date, 304)]
    [InlineData("", "", "", Later, 304)]
    [InlineData("", "", "", Earlier, 200)]
    [InlineData("", "", "", "x", 200)]
    [InlineData("", "", "", "Monday, 06-May-24 07:08:09 GMT", 304)]
    [InlineData("", "", "", "Mon May  6 07:08:09 2024", 304)]
    [InlineData("T", "", "T", "", 304)]
    public async Task Conditions_are_taken_in_their_order(
        string match, string unmodified, string noneMatch, string modified, int status)
    {
        await using var site = new TempSite();
        site.Write("a.txt", "text");
        var tag = site.Get("/a.txt")["ETag"] ?? "";
        (string, string)[] headers =
        [
            ("If-Match", match.Replace("T", tag, StringComparison.Ordinal)),
            ("If-Unmodified-Since", unmodified),
            ("If-None-Match", noneMatch.Replace("T", tag, StringComparison.Ordinal)),
            ("If-Modified-Since", modified),
        ];

        var reply = site.Get("/a.txt", headers);

        Assert.Equal(status, reply.Status);
        Assert.Equal(reply.Head, (Reply.FromCache(site.Site, "/a.txt", headers) ?? reply).Head);
    }

    [Fact]
    public async Task Not_modified_says_what_a_cache_needs_and_has_no_body()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "text");
        var tag = site.Get("/a.txt")["ETag"];

        var reply = site.Get("/a.txt", ("If-None-Match", $"{tag}"));

        Assert.Empty(reply.Body);
        Assert.Equal(
            $"HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\nETag: {tag}\r\nLast-Modified: {Date}\r\n"
            + "Vary: Accept-Encoding\r\n",
            reply.Head);
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 784111777)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 784111777)]
    [InlineData("Sun Nov  6 08:49:37 1994", 784111777)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC", null)]
    [InlineData("Sun, 32 Nov 1994 08:49:37 GMT", null)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT, and more", null)]
    [InlineData("784111777", null)]
    [InlineData("", null)]
    public void A_date_has_three_forms(string text, int? seconds)
    {
        Assert.Equal(seconds is not null, HttpDate.TryParse(Encoding.ASCII.GetBytes(text), out var read));
        Assert.Equal(seconds ?? 0, read);
    }
}
