using System.Text.Json;

namespace Culvert.Tests.Files;

public sealed class ListingTests
{
    [Fact]
    public async Task A_listing_escapes_every_name()
    {
        await using var site = NewSite();
        site.Write("list/<img src=x onerror=alert(1)>&\"'.txt", "x");
        site.Write("list/javascript:alert(1)", "x");
        site.Write("list/100% é?#", "x");

        var reply = site.Get("/list/");

        Assert.Equal(200, reply.Status);
        Assert.DoesNotContain("<img", reply.Text, StringComparison.Ordinal);
        Assert.Contains(
            "&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;.txt</a>", reply.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"./javascript%3Aalert%281%29\"", reply.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"./100%25%20%C3%A9%3F%23\"", reply.Text, StringComparison.Ordinal);
        Assert.Equal(200, site.Get("/list/100%25%20%C3%A9%3F%23").Status);
    }

    [Fact]
    public async Task Directories_come_first_and_what_would_be_refused_is_left_out()
    {
        await using var site = NewSite();
        site.Write("list/b.txt", "12345");
        site.Write("list/A.txt", "x");
        site.Write("list/z/x", "x");
        site.Write("list/.hidden", "x");
        site.Write("list/back\\slash", "x");
        site.Write("list/new\nline", "x");
        site.WriteOutside("secret", "x");
        File.CreateSymbolicLink(Path.Combine(site.Root, "list/out"), "../../secret");
        File.CreateSymbolicLink(Path.Combine(site.Root, "list/in"), "b.txt");

        var reply = site.Get("/list/", ("Accept", "application/json"));

        Assert.Equal("application/json; charset=utf-8", reply["Content-Type"]);
        using var json = JsonDocument.Parse(reply.Body);
        var entries = json.RootElement.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(["z", "A.txt", "b.txt", "in"], entries.Select(e => e.GetProperty("name").GetString()));
        Assert.Equal("directory", entries[0].GetProperty("type").GetString());
        Assert.Equal(5, entries[2].GetProperty("size").GetInt64());
        Assert.StartsWith(
            "2024-05-06T07:08:09", entries[2].GetProperty("modified").GetString(), StringComparison.Ordinal);
        Assert.False(json.RootElement.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task A_listing_is_only_made_where_it_is_on_and_no_index_is()
    {
        await using var listed = NewSite();
        await using var closed = new TempSite();
        foreach (var site in new[] { listed, closed })
        {
            site.Write("list/a.txt", "x");
            site.Write("indexed/index.html", "index");
        }

        Assert.Equal(301, listed.Get("/list").Status);
        Assert.Contains("<h1>/list</h1>", listed.Get("/list/").Text, StringComparison.Ordinal);
        Assert.Empty(listed.Get("/list/", (":method", "HEAD")).Body);
        Assert.Contains("indexed/", listed.Get("/").Text, StringComparison.Ordinal);
        Assert.Equal("index", listed.Get("/indexed/").Text);
        Assert.Equal(404, closed.Get("/list/").Status);
        Assert.Equal(404, closed.Get("/list").Status);
    }

    private static TempSite NewSite() => new() { Options = new() { Listing = true } };
}
