using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Culvert.Server.Files;

namespace Culvert.Tests.Files;

/// <summary>
/// Nothing outside the root is ever sent, however it is asked for, on Linux and with the general opener.
/// </summary>
public sealed class ContainmentTests
{
    private const string Secret = "the secret outside";

    private static readonly string[] Climbs =
    [
        "..", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "....", "..;", "%c0%ae%c0%ae", "%ef%bc%8e%ef%bc%8e",
        "%u002e%u002e",
        "..%00", ".. ", "..%20", "%2e%2e%2f..",
    ];

    private static readonly string[] Separators =
        ["/", "//", "/./", "%2f", "%2F", "%5c", "\\", "%252f", "%c0%af", "%ef%bc%8f"];

    private static readonly string[] Prefixes = ["", "dir", "dir/..", ".", "missing", "dir/sub/..", "index.html"];

    public static IEnumerable<string> Spellings() =>
        from prefix in Prefixes
        from climb in Climbs
        from separator in Separators
        from depth in Enumerable.Range(1, 3)
        from goal in new[] { "secret.txt", "root2/secret.txt" }
        let way = string.Concat(Enumerable.Repeat(climb + separator, depth))
        select prefix.Length == 0 ? $"/{way}{goal}" : $"/{prefix}{separator}{way}{goal}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_spelling_of_a_path_leads_outside(bool isManaged)
    {
        await using var site = NewSite(isManaged);
        var count = 0;

        foreach (var target in Spellings())
        {
            var reply = site.Get(target);
            Assert.True(reply.Status is >= 400 and < 500, $"{target} was answered with {reply.Status}");
            Assert.DoesNotContain(Secret, reply.Text, StringComparison.Ordinal);
            count++;
        }

        Assert.True(count >= 200);
    }

    [Theory]
    [InlineData("/../secret.txt", 403)]
    [InlineData("/../root2/secret.txt", 403)]
    [InlineData("/inside", 200)]
    [InlineData("/inside-absolute", 200)]
    [InlineData("/inside-directory/page.html", 200)]
    [InlineData("/outside", 403)]
    [InlineData("/outside-absolute", 403)]
    [InlineData("/outside-directory/secret.txt", 403)]
    [InlineData("/outside-directory/", 403)]
    [InlineData("/outside-directory", 403)]
    [InlineData("/outside-sibling", 403)]
    [InlineData("/out-and-in", 200)]
    [InlineData("/root-of-all/etc/passwd", 403)]
    [InlineData("/loop", 403)]
    [InlineData("/loop/x", 403)]
    [InlineData("/dangling", 404)]
    [InlineData("/socket", 403)]
    [InlineData("/bad-index/", 403)]
    public async Task A_link_counts_by_where_it_leads(string target, int status)
    {
        foreach (var isManaged in new[] { false, true })
        {
            // A socket is a file to the general opener, but one that cannot be opened.
            await using var site = NewSite(isManaged);
            using var socket = LinkUp(site);

            var reply = site.Get(target);

            Assert.True(
                reply.Status == status || (isManaged && target == "/socket" && reply.Status == 500),
                $"{target}: {reply.Status}");
            Assert.DoesNotContain(Secret, reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_named_pipe_is_refused_and_nobody_waits_for_its_other_end()
    {
        await using var site = NewSite(isManaged: false);
        using (var make = Process.Start("mkfifo", Path.Combine(site.Root, "pipe")))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var reply = await Task.Run(() => site.Get("/pipe"), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(403, reply.Status);
    }

    [Theory]
    [InlineData("/dir/page.html/more", 404)]
    [InlineData("/dir/page.html/", 404)]
    public async Task A_file_is_no_directory(string target, int status)
    {
        await using var site = NewSite(isManaged: false);

        Assert.Equal(status, site.Get(target).Status);
    }

    [Fact]
    public async Task A_name_or_a_path_too_long_is_not_found()
    {
        await using var site = NewSite(isManaged: false);

        Assert.Equal(404, site.Get("/" + new string('a', 300)).Status);
        Assert.Equal(404, site.Get("/" + string.Concat(Enumerable.Repeat("abcdefg/", 1000))).Status);
    }

    [Fact]
    public async Task A_root_may_be_a_link_and_may_be_turned_to_another_release()
    {
        await using var site = NewSite(isManaged: false);
        var link = Path.Combine(site.Outside, "current");
        var other = Directory.CreateDirectory(Path.Combine(site.Outside, "other")).FullName;
        site.WriteOutside("other/page.html", "second");
        File.CreateSymbolicLink(link, Path.Combine(site.Root, "dir"));
        var opener = new LinuxOpener(link);

        Assert.Equal("page", ReadAll(opener, "page.html"));
        File.Delete(link);
        File.CreateSymbolicLink(link, other);

        Assert.Equal("second", ReadAll(opener, "page.html"));
        using var above = opener.Open("../secret.txt", toRead: true);
        Assert.Equal(OpenedKind.Forbidden, above.Kind);
    }

    [Theory]
    [InlineData(nameof(OpenedKind.Forbidden), 403)]
    [InlineData(nameof(OpenedKind.Failed), 500)]
    [InlineData(nameof(OpenedKind.Missing), 404)]
    public async Task What_the_system_refuses_gets_a_page(string kind, int status)
    {
        // Tests may run as root, whom no mode keeps out; so the refusal itself is what is put in here.
        await using var site = new TempSite { Opener = _ => new RefusingOpener(Enum.Parse<OpenedKind>(kind)) };

        var reply = site.Get("/a.txt");

        Assert.Equal(status, reply.Status);
        Assert.Contains($"<h1>{status} ", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Whatever_is_asked_for_is_answered_and_never_from_outside(int seed)
    {
        await using var site = NewSite(isManaged: false);
        using var socket = LinkUp(site);
        string[] pieces =
        [
            "/", "..", "%2e%2e", "%2f", "\\", "dir", "page.html", "inside", "outside", "outside-directory",
            "secret.txt", "loop", "?", "a", "%", "%ff", "%20", "#", "root2", ".", "inside-directory",
            "out-and-in", "\u0000",
        ];
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var target = "/" + string.Concat(
                Enumerable.Range(0, random.Next(10)).Select(_ => pieces[random.Next(pieces.Length)]));
            var reply = site.Get(target);
            Assert.True(reply.Status is 200 or 301 or 400 or 403 or 404, $"seed {seed}: {target}: {reply.Status}");
            Assert.DoesNotContain(Secret, reply.Text, StringComparison.Ordinal);
        }
    }

    private static string ReadAll(LinuxOpener opener, string path)
    {
        using var opened = opener.Open(path, toRead: true);
        Assert.NotNull(opened.Handle);
        return Encoding.UTF8.GetString(FileReader.TryRead(opener, opened.Handle, opened.Stamp) ?? []);
    }

    private static TempSite NewSite(bool isManaged)
    {
        TempSite? made = null;
        var site = made = new TempSite { Opener = o => isManaged ? new ManagedOpener(RootOf(made)) : o };
        site.Write("index.html", "index");
        site.Write("dir/page.html", "page");
        site.Write("dir/sub/page.html", "page");
        site.WriteOutside("secret.txt", Secret);
        site.WriteOutside("root2/secret.txt", Secret);
        return site;
    }

    private static string RootOf(TempSite? site) => site?.Root ?? throw new InvalidOperationException("Made before.");

    private static Socket LinkUp(TempSite site)
    {
        void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(site.Root, name), target);
        Link("inside", "dir/page.html");
        Link("inside-absolute", Path.Combine(site.Root, "dir/page.html"));
        Link("inside-directory", "dir");
        Link("outside", "../secret.txt");
        Link("outside-absolute", Path.Combine(site.Outside, "secret.txt"));
        Link("outside-directory", "..");
        Link("outside-sibling", "../root2/secret.txt");
        Link("out-and-in", "../root/dir/page.html");
        Link("root-of-all", "/");
        Link("loop", "loop");
        Link("dangling", "nothing");
        site.Write("bad-index/x", "x");
        Link("bad-index/index.html", "../../secret.txt");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(site.Root, "socket")));
        return socket;
    }
}
