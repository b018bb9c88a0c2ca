using System.Text;

namespace Culvert.Server.Files;

/// <summary>
/// The error pages: the site's own, named after their status (<c>404.html</c>), or a built-in one. Asking for one does
/// no I/O, so it can be asked anywhere; <see cref="Reload"/> looks at the files. A page that is missing, unreadable or
/// too large never makes another error.
/// </summary>
internal sealed class Pages
{
    public const string Allowed = "GET, HEAD, OPTIONS";

    private const int MaxPageBytes = 1024 * 1024;

    private static readonly int[] Statuses =
        [400, 403, 404, 405, 408, 411, 412, 413, 414, 416, 417, 421, 429, 431, 500, 501, 503, 505];

    private readonly IFileOpener? _opener;
    private Dictionary<int, Page> _pages;

    /// <param name="opener">Where the site's own pages are; null when there is no directory.</param>
    public Pages(IFileOpener? opener)
    {
        _opener = opener;
        _pages = Statuses.ToDictionary(s => s, s => Make(s, BuiltIn(s), default));
        Reload();
    }

    public FileAnswer Of(int status, bool isHead)
    {
        var page = Find(status);
        return new FileAnswer(page.Head, isHead ? default : page.Body);
    }

    /// <summary>416 says how long the file is (RFC 9110 §15.5.17).</summary>
    public FileAnswer NotSatisfiable(long length, bool isHead)
    {
        var page = Find(416);
        var head = (page.Fields with { ContentRange = $"bytes */{length}" }).ToHead();
        return new FileAnswer(head, isHead ? default : page.Body);
    }

    /// <summary>Looks at the files again. Blocks on the disk; not for concurrent use.</summary>
    public void Reload()
    {
        if (_opener is null)
        {
            return;
        }

        var pages = _pages.ToDictionary();
        var isChanged = false;
        foreach (var (status, page) in _pages)
        {
            var current = Current(_opener, status, page);
            isChanged |= current != page;
            pages[status] = current;
        }

        if (isChanged)
        {
            Volatile.Write(ref _pages, pages);
        }
    }

    private static Page Current(IFileOpener opener, int status, Page page)
    {
        var name = $"{status}.html";
        using var look = opener.Open(name, toRead: false);
        if (look.Stamp == page.Stamp)
        {
            return page;
        }

        using var opened = opener.Open(name, toRead: true);
        if (opened is not { Kind: OpenedKind.File, Stamp.Size: <= MaxPageBytes, Handle: { } handle })
        {
            return Make(status, BuiltIn(status), opened.Stamp);
        }

        // Being written just now: the next time gets it.
        return FileReader.TryRead(opener, handle, opened.Stamp) is { } body
            ? Make(status, body, opened.Stamp)
            : page with { Stamp = default };
    }

    // A status without a page of its own gets the nearest that has one: its class.
    private Page Find(int status)
    {
        var pages = Volatile.Read(ref _pages);
        return pages.TryGetValue(status, out var page) ? page : pages[status < 500 ? 400 : 500];
    }

    private static Page Make(int status, byte[] body, FileStamp stamp)
    {
        var fields = new HeadFields
        {
            Status = status,
            ContentLength = body.Length,
            ContentType = "text/html; charset=utf-8",
            Allow = status == 405 ? Allowed : null,
            CacheControl = "no-store",
        };
        return new Page(fields.ToHead(), fields, body, stamp);
    }

    private static byte[] BuiltIn(int status) => Encoding.UTF8.GetBytes($$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{status}} {{ReasonPhrase.Of(status)}}</title>
        <style>
        :root { color-scheme: light dark; }
        body { margin: 15vh auto; max-width: 36rem; padding: 0 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; }
        </style>
        </head>
        <body>
        <h1>{{status}} {{ReasonPhrase.Of(status)}}</h1>
        <p>{{ReasonPhrase.Sentence(status)}}</p>
        </body>
        </html>

        """);
}
