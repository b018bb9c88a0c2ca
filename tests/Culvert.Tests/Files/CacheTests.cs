using System.Text;
using Culvert.Server.Files;
using Culvert.Tests.Support;

namespace Culvert.Tests.Files;

/// <summary>What is in memory is never older than a second, nor larger than allowed.</summary>
public sealed class CacheTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_file_is_answered_from_memory_once_it_was_asked_for()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "one");

        Assert.Null(Reply.FromCache(site.Site, "/a.txt"));
        var read = site.Get("/a.txt");

        Assert.Equal(read, Reply.FromCache(site.Site, "/a.txt") is { } kept ? kept with { Body = read.Body } : null);
        Assert.Equal("one", Reply.FromCache(site.Site, "/a.txt?query")?.Text);
        Assert.Equal("", Reply.FromCache(site.Site, "/a.txt", (":method", "HEAD"))?.Text);
        Assert.Null(Reply.FromCache(site.Site, "/a.txt?#"));
        Assert.Null(Reply.FromCache(site.Site, "/%61.txt"));
        Assert.Null(Reply.FromCache(site.Site, "//a.txt"));
        Assert.Null(Reply.FromCache(site.Site, "/a.txt", ("Range", "bytes=0-1")));
        Assert.Null(Reply.FromCache(site.Site, "/a.txt", ("If-Match", "*")));
    }

    [Fact]
    public async Task Another_spelling_and_a_query_take_no_room()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "one");

        foreach (var target in new[] { "/a.txt", "/%61.txt", "//a.txt", "/b/../a.txt", "/a.txt?1", "/a.txt?2" })
        {
            Assert.Equal("one", site.Get(target).Text);
        }

        Assert.Equal(1, site.Site.Cache.Count);
    }

    [Fact]
    public async Task A_change_that_nobody_tells_shows_within_a_second()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "one");
        site.Get("/a.txt");
        site.Write("a.txt", "two");

        Assert.Equal("one", Reply.FromCache(site.Site, "/a.txt")?.Text);
        site.Time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Null(Reply.FromCache(site.Site, "/a.txt"));
        Assert.Equal("two", site.Get("/a.txt").Text);
        Assert.Equal("two", Reply.FromCache(site.Site, "/a.txt")?.Text);
    }

    [Fact]
    public async Task A_file_in_use_stays_believed_and_one_that_is_not_does_not()
    {
        await using var site = new TempSite();
        site.Write("a.txt", "one");
        site.Write("b.txt", "two");
        site.Get("/a.txt");
        site.Get("/b.txt");

        for (var sweep = 0; sweep < 10; sweep++)
        {
            Assert.NotNull(Reply.FromCache(site.Site, "/a.txt"));
            site.Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.NotNull(Reply.FromCache(site.Site, "/a.txt"));
        Assert.Null(Reply.FromCache(site.Site, "/b.txt"));
        Assert.Equal("two", site.Get("/b.txt").Text);
    }

    [Theory]
    [InlineData("/a.txt", "a.txt.br")]
    [InlineData("/", "index.html")]
    [InlineData("/new.txt", "new.txt")]
    [InlineData("/404", "404.html")]
    public async Task A_new_file_shows_too(string target, string created)
    {
        await using var site = new TempSite();
        site.Write("a.txt", "one");
        site.Get(target);
        site.Write(created, "new");

        site.Time.Advance(TimeSpan.FromMilliseconds(500));
        site.Time.Advance(TimeSpan.FromMilliseconds(501));

        Assert.Equal("new", site.Get(target, ("Accept-Encoding", "br")).Text);
    }

    [Fact]
    public async Task A_deleted_file_is_gone_within_a_second_and_its_space_is_free()
    {
        await using var site = new TempSite { Options = new() { MaxCachedFileBytes = 2 } };
        File.Delete(site.Write("small", "1") is { } small && site.Get("/small").Status == 200 ? small : "");
        File.Delete(site.Write("large", "large") is { } large && site.Get("/large").Status == 200 ? large : "");

        site.Time.Advance(TimeSpan.FromMilliseconds(500));
        site.Time.Advance(TimeSpan.FromMilliseconds(501));

        Assert.Equal(404, site.Get("/small").Status);
        Assert.DoesNotContain(site.Site.Cache.All(), f => f.HasOpenFile);
    }

    [Fact]
    public async Task The_watcher_makes_a_change_show_at_once()
    {
        await using var site = new TempSite { IsWatched = true };
        site.Write("a.txt", "one");
        site.Get("/a.txt");
        Assert.NotNull(site.Site.Watcher);
        await site.Site.Watcher.Started.WaitAsync(Limit, TestContext.Current.CancellationToken);
        var changed = site.Site.Reloads.Next;

        site.WriteOutside("root/a.txt", "two");
        await changed.WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal("two", site.Get("/a.txt").Text);
    }

    [Fact]
    public async Task A_file_that_has_only_just_changed_is_read_again()
    {
        // The clock of the file system may not have ticked between the two writes.
        await using var site = new TempSite { Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow()) };
        site.Write("a.txt", "one");

        site.Get("/a.txt");

        Assert.Equal(default(FileStamp), site.Site.Cache.Find("/a.txt"u8)?.Stamp);
    }

    [Fact]
    public async Task Half_of_two_contents_is_never_sent()
    {
        var path = "";
        await using var site = new TempSite
        {
            // The file changes once while it is read the first time.
            Opener = o => new TornOpener(o, _ => File.WriteAllText(path, "second!")),
        };
        path = site.Write("a.txt", "first");

        var reply = site.Get("/a.txt");

        Assert.Equal("second!", reply.Text);
        Assert.Equal("7", reply["Content-Length"]);
    }

    [Fact]
    public async Task A_file_that_is_always_written_to_is_sent_with_the_length_it_had()
    {
        var path = "";
        await using var site = new TempSite
        {
            Opener = o => new TornOpener(o, _ => File.AppendAllText(path, "more")),
        };
        path = site.Write("a.log", "start");

        var reply = site.Get("/a.log");

        Assert.Equal(200, reply.Status);
        Assert.StartsWith("startmore", reply.Text, StringComparison.Ordinal);
        Assert.Equal($"{reply.Body.Length}", reply["Content-Length"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_budget_holds_whatever_is_put_in(int seed)
    {
        const long Budget = 100_000;
        var random = new Random(seed);
        var cache = new AnswerCache(Budget);
        for (var round = 0; round < 5000; round++)
        {
            var key = Encoding.ASCII.GetBytes($"/{random.Next(300)}");
            if (random.Next(3) == 0)
            {
                cache.Find(key)?.Touch();
            }
            else if (random.Next(4) == 0)
            {
                cache.Put(SiteFile.Missing(key, "x", 0));
            }
            else
            {
                cache.Put(FileOf(key, random.Next(20_000)));
            }

            Assert.InRange(cache.Bytes, 0, Budget);
            if (round % 100 == 0)
            {
                Assert.Equal(cache.All().Sum(f => f.Weight), cache.Bytes);
                Assert.Equal(cache.All().Length, cache.Count);
            }
        }
    }

    [Fact]
    public void What_is_used_outlives_what_is_not()
    {
        var cache = new AnswerCache(50_000);
        cache.Put(FileOf("/hot"u8.ToArray(), 1000));
        for (var index = 0; index < 200; index++)
        {
            cache.Find("/hot"u8)?.Touch();
            cache.Put(FileOf(Encoding.ASCII.GetBytes($"/{index}"), 1000));
        }

        Assert.NotNull(cache.Find("/hot"u8));
        Assert.Null(cache.Find("/0"u8));
    }

    [Fact]
    public async Task A_flood_of_names_that_do_not_exist_is_bounded()
    {
        await using var site = new TempSite();
        for (var index = 0; index < AnswerCache.MaxMissing + 500; index++)
        {
            Assert.Equal(404, site.Get($"/missing-{index}").Status);
        }

        Assert.Equal(AnswerCache.MaxMissing, site.Site.Cache.Count);
        Assert.Equal(404, Reply.FromCache(site.Site, "/missing-0")?.Status);
    }

    [Fact]
    public async Task Without_a_cache_files_are_sent_from_the_disk()
    {
        await using var site = new TempSite { Options = new() { CacheBytes = 0 } };
        site.Write("a.txt", "one");

        Assert.Equal("one", site.Get("/a.txt").Text);
        Assert.Equal(0, site.Site.Cache.Count);
    }

    [Fact]
    public async Task A_large_file_is_opened_once_for_many_answers_and_closed_after_the_last()
    {
        await using var site = new TempSite { Options = new() { MaxCachedFileBytes = 2 } };
        site.Write("large", "content");
        var one = site.Site.Answer(Reply.Request("/large"u8.ToArray()));
        var two = site.Site.Answer(Reply.Request("/large"u8.ToArray()));
        Assert.NotNull(one.File);
        Assert.Same(one.File.Handle, two.File?.Handle);

        site.Site.Cache.Clear();
        one.File.Dispose();
        one.File.Dispose();
        Assert.False(two.File?.Handle.IsClosed);
        two.File?.Dispose();

        Assert.True(two.File?.Handle.IsClosed);
    }

    [Fact]
    public async Task An_answer_from_memory_allocates_nothing()
    {
        await using var site = new TempSite();
        site.Write("a.txt", new string('a', 2000));
        site.Get("/a.txt");
        await (site.Site.Compressor?.FlushAsync(TestContext.Current.CancellationToken) ?? Task.CompletedTask);
        var target = "/a.txt"u8.ToArray();
        var encoding = "gzip, deflate, br, zstd"u8.ToArray();
        var tag = "\"x\", \"y\""u8.ToArray();
        FileRequest Request() => new() { Target = target, AcceptEncoding = encoding, IfNoneMatch = tag };
        Assert.True(site.Site.TryAnswer(Request(), out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            site.Site.TryAnswer(Request(), out _);
        }

        // The clock of this test allocates nothing either.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500);
    }

    [Fact]
    public async Task Readers_see_one_content_or_another_while_it_is_exchanged()
    {
        await using var site = new TempSite();
        site.Write("a.txt", new string('0', 5000));
        var test = TestContext.Current.CancellationToken;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (var round = 0; round < 500; round++)
                {
                    var reply = Reply.FromCache(site.Site, "/a.txt") ?? site.Get("/a.txt");
                    Assert.Equal(200, reply.Status);
                    Assert.Equal(5000, reply.Body.Length);
                    Assert.Equal(ContentTag.Of(reply.Body), reply["ETag"]);
                    Assert.Single(reply.Text.Distinct());
                }
            },
            test)).ToArray();
        var writer = Task.Run(
            () =>
            {
                for (var round = 1; round < 50; round++)
                {
                    site.WriteOutside("next", new string((char)('0' + (round % 10)), 5000));
                    File.Move(Path.Combine(site.Outside, "next"), Path.Combine(site.Root, "a.txt"), overwrite: true);
                    site.Time.Advance(TimeSpan.FromMilliseconds(500));
                }
            },
            test);

        await Task.WhenAll([.. readers, writer]).WaitAsync(Limit, test);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Memory_and_disk_give_the_same_answer_to_anything(int seed)
    {
        await using var site = new TempSite { Options = new() { MaxCachedFileBytes = 50 } };
        site.Write("a.txt", "one");
        site.Write("a.txt.gz", "zip");
        site.Write("dir/index.html", "two");
        site.Write("large", new string('a', 100));
        var random = new Random(seed);
        string Pick(params string[] values) => values[random.Next(values.Length)];
        var tags = new[] { "/a.txt", "/large" }.Select(t => site.Get(t)["ETag"] ?? "").ToArray();
        var fromMemory = 0;
        for (var round = 0; round < 3000; round++)
        {
            var target = Pick("/a.txt", "/a.txt?x", "/dir/", "/dir", "/large", "/none", "/%61.txt", "/a.txt?#");
            (string, string)[] headers =
            [
                (":method", Pick("GET", "HEAD")),
                ("Accept-Encoding", Pick("", "", "gzip", "br, gzip;q=0.1", "gzip;q=0")),
                ("If-None-Match", Pick("", "", "*", tags[0], $"W/{tags[1]}", "\"")),
                ("If-Modified-Since", Pick("", "Mon, 06 May 2024 07:08:09 GMT", "x")),
                ("If-Match", Pick("", "", "", tags[0])),
                ("Range", Pick("", "", "", "bytes=1-", "bytes=500-", "x")),
            ];
            if (Reply.FromCache(site.Site, target, headers) is { } kept)
            {
                var read = site.Get(target, headers);
                Assert.True(kept.Head == read.Head && kept.Text == read.Text, $"seed {seed}: {target}");
                fromMemory++;
            }
            else
            {
                site.Get(target, headers);
            }
        }

        Assert.InRange(fromMemory, 500, 3000);
    }

    private static SiteFile FileOf(byte[] key, int length)
    {
        var variants = new Variant?[(int)Coding.Identity + 1];
        var fields = new HeadFields { Status = 200, ContentType = "text/plain" };
        variants[(int)Coding.Identity] = Variant.InMemory(Coding.Identity, new byte[length], default, fields);
        return new SiteFile(key, "x", default, 0, 0, variants);
    }
}
