using System.Diagnostics;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>
/// A directory of files, with everything in and around it that somebody could try to reach. It has pages of its own for
/// 400, 403 and 404, and the built-in ones for the rest.
/// </summary>
internal sealed class Site : IDisposable
{
    public const string Page = "/page.html";
    public const string PageText = "a good page";
    public const string Index = "the index";
    public const string IndexOfDirectory = "the index of a directory";
    public const string Smuggled = "nobody asked for this";
    public const string Secret = "the secret outside";
    public const string Shown = "shown although its directory begins with a dot";
    public const long BigLength = 64L * 1024 * 1024;
    public const int Numbered = 10;

    private static readonly int[] Pages = [400, 403, 404];

    private readonly TestDirectory _directory = new();
    private Socket? _socket;

    private Site()
    {
    }

    /// <summary>The directory that is served. A secret lies beside it, and in a sibling whose name goes on.</summary>
    public string Root => _directory.File("public");

    /// <summary>A place for the data of a server.</summary>
    public string Data => _directory.File("data");

    public static async Task<Site> MakeAsync()
    {
        var site = new Site();
        site.Write();
        site.Link();
        await site.MakeSpecialAsync();
        return site;
    }

    /// <summary>The body of the site's own page; null when it has none for the status.</summary>
    public static string? PageOf(int status) => Pages.Contains(status) ? $"this site's own page {status}" : null;

    public void Dispose()
    {
        _socket?.Dispose();
        _directory.Dispose();
    }

    private void Write()
    {
        Put("secret.txt", Secret);
        Put("public2/secret.txt", Secret);
        Put("public/index.html", Index);
        Put("public/page.html", PageText);
        Put("public/smuggled.txt", Smuggled);
        Put("public/dir/index.html", IndexOfDirectory);
        Put("public/dir/page.html", PageText);
        Put("public/.git/config", Secret);
        Put("public/.env", Secret);
        Put("public/dir/.hidden", Secret);
        Put("public/.well-known/security.txt", Shown);
        Put("public/listing/<img src=x onerror=alert(1)>.txt", "x");
        Put("public/unreadable.html", Secret);
        foreach (var status in Pages)
        {
            Put($"public/{status}.html", $"{PageOf(status)}");
        }

        for (var number = 0; number < Numbered; number++)
        {
            Put($"public/numbered/{number}.txt", $"file {number}");
        }

        using var big = File.Create(Path.Combine(Root, "big.bin"));
        big.SetLength(BigLength);
    }

    private void Link()
    {
        LinkTo("outside", "../secret.txt");
        LinkTo("outside-absolute", _directory.File("secret.txt"));
        LinkTo("outside-directory", "..");
        LinkTo("outside-sibling", "../public2");
        LinkTo("all", "/");
        LinkTo("loop", "loop");
        LinkTo("inside", "page.html");
    }

    private async Task MakeSpecialAsync()
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Root, "socket")));

        // Only root may make a device; for others a link to one has to do.
        using var make = Process.Start(
            "sh",
            ["-c",
            "cd \"$1\" && mkfifo fifo && chmod 000 unreadable.html\nmknod device c 1 5 || ln -s /dev/zero device",
                "sh", Root]);
        await make.WaitForExitAsync(Bounded.Cancelled).Within(10);
        Assert.Equal(0, make.ExitCode);
    }

    private void Put(string name, string text)
    {
        var path = _directory.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void LinkTo(string name, string target) => File.CreateSymbolicLink(Path.Combine(Root, name), target);
}
