using static Culvert.IntegrationTests.BadInput.BadRequest;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Rows 17 to 40, and 83 and 84: what a target names.</summary>
internal static class TargetRows
{
    public static IReadOnlyList<BadRow> All { get; } =
    [
        new(17, "absolute form",
        [
            .. Served(Get($"http://a{Site.Page}"), Get($"HTTP://A{Site.Page}"),
                Get($"https://a{Site.Page}?x=http://b/")),
            .. Served($"GET http://a{Site.Page} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            .. Denied(200, Get("http://a/"), Get("http://a"),
                Get("http://a?x")).Select(r => r with { Body = Site.Index }),
            .. Denied(401, Get("http://a/v1/me")).Select(r => r with { Part = "\"status\":401" }),
            .. Refused(400, Get($"http://b{Site.Page}"), Get("http://a:81/"), Get("http://b/healthz")),
            .. Refused(400,
                "GET http://b/v1/me HTTP/1.1\r\nHost: a\r\n\r\n").Select(r => r with { Part = "\"status\":400" }),
        ]),
        new(18, "absolute form of another scheme or with a user",
        [
            .. Refused(400, Get("ftp://a/"), Get("file:///etc/passwd"), Get("http://u@a/"), Get("http://u:p@a/")),
            .. Refused(400, Get("http:///page.html"), Get("http://a:99999/"), Get("javascript:alert(1)"),
                Get("http:/a")),
            .. Refused(400, Get("://a/"), Get("http://[::1/"), Get("http://a%2f/"), Get("ws://a/")),
        ]),
        new(19, "fragment", [.. Refused(400, Get("/page.html#b"), Get("/#"), Get("/page.html?x#y"), Get("#"))]),
        new(20, "target too long",
        [
            .. Refused(414, Get("/" + Long), Get("/?" + Long), Get("/v1/" + Long), $"POST /{Long}",
                Get($"http://a/{Long}")),
        ]),
        new(21, "method too long", [.. Refused(400, Long, $"{Long} / HTTP/1.1\r\nHost: a\r\n\r\n")]),
        new(22, "control bytes in the target",
        [
            .. Refused(400, Controls.Select(c => Get($"/a{c}b"))),
            .. Refused(400, Controls.Select(c => Get($"/{c}")).Concat(Controls.Select(c => Get($"/page.html?{c}")))),
        ]),
        new(23, "NUL in the target", [.. Refused(400, Get("/\0"), Get("/page.html\0"), Get("/a\0.html"), Get("/?\0"))]),
        new(24, "escaped NUL", [.. Refused(400, Get("/a%00.html"), Get("/%00"), Get("/page.html%00"),
            Get("/v1%00/me"))]),
        new(25, "bytes outside ASCII", [.. Refused(400, Get("/\u00c3\u00a9"), Get("/\u00e9"),
            Get("/page.html?\u00e9"))]),
        new(26, "broken escape",
        [
            .. Refused(400, Get("/%"), Get("/%2"), Get("/%zz"), Get("/page.html%"), Get("/%%32"), Get("/page.html?%4")),
            .. Refused(400, Get("/%u002e"), Get("/% 41")),
        ]),
        new(27, "overlong or invalid UTF-8 in escapes",
        [
            .. Refused(400, Get("/%c0%ae"), Get("/%ff"), Get("/%ed%a0%80"), Get("/%80"), Get("/%e0%80%ae"),
                Get("/%c3")),
            .. Refused(400, Get("/%f5%80%80%80"), Get("/%c0%ae%c0%ae/secret.txt"), Get("/%c0%afetc"), Get("/a/%fe/b")),
        ]),
        new(28, "climbing",
        [
            .. Denied(403, Get("/../x"), Get("/a/../../x"), Get("/../../../../etc/passwd"), Get("/../page.html"),
                Get("/..")),
            .. Denied(403, Get("/dir/../../secret.txt"), Get("/./../secret.txt"), Get("//../secret.txt")),
        ]),
        new(29, "climbing with escaped dots",
        [
            .. Denied(403, Get("/%2e%2e/x"), Get("/.%2e/x"), Get("/%2E./x"), Get("/%2e%2e"),
                Get("/dir/%2e%2e/%2e%2e/x")),
        ]),
        new(30, "escaped twice", [.. Denied(404, Get("/%252e%252e/x"), Get("/%252e%252e%252fx"), Get("/%2500"))]),
        new(31, "escaped slash",
        [
            .. Denied(404, Get("/dir%2fpage.html"), Get("/dir%2Findex.html"), Get("/%2f")),
            .. Denied(403, Get("/..%2fetc"), Get("/dir%2f..%2f..%2fsecret.txt"), Get("/%2e%2e%2fsecret.txt")),
        ]),
        new(32, "backslash",
        [
            .. Denied(404, Get("/%5c"), Get("/dir\\page.html"), Get("/dir%5cpage.html"), Get("/\\evil.example/")),
            .. Denied(403, Get("/..\\x"), Get("/..%5cx"), Get("/dir\\..\\..\\secret.txt")),
        ]),
        new(33, "dot segments inside",
        [
            .. Served(Get("/./page.html"), Get("/dir/../page.html"), Get("/dir/./page.html"), Get("/%2e/page.html")),
            .. Served(Get("/dir/%2e%2e/page.html"), Get("/missing/../page.html")),
        ]),
        new(34, "double slashes",
        [
            .. Served(Get("//page.html"), Get("///page.html"), Get("/dir//page.html"), Get("//dir///page.html")),
            .. Moved("/dir/", Get("/dir"), Get("//dir"), Get("///dir"), Get("/./dir"), Get("//evil.example/../dir")),
            .. Moved("/dir/?x=//b", Get("//dir?x=//b")),
            .. Denied(200, Get("//dir//"), Get("/dir/.")).Select(r => r with { Body = Site.IndexOfDirectory }),
            .. Denied(404, Get("//evil.example"), Get("//evil.example/")),
        ]),
        new(35, "sibling whose name goes on",
        [
            .. Denied(403, Get("/../public2/secret.txt"), Get("/%2e%2e/public2/secret.txt"),
                Get("/dir/../../public2/")),
        ]),
        new(36, "link to outside",
        [
            .. Denied(403, Get("/outside"), Get("/outside-absolute"), Get("/outside-directory/secret.txt"),
                Get("/all/")),
            .. Denied(403, Get("/outside-sibling/secret.txt"), Get("/all/etc/passwd"), Get("/outside-directory/")),
            .. Served(Get("/inside")),
        ]),
        new(37, "link to itself, long name, file as directory",
        [
            .. Denied(403, Get("/loop"), Get("/loop/x")),
            .. Denied(404, Get("/" + new string('a', 300)), Get("/" + string.Concat(Enumerable.Repeat("aaaa/", 1500)))),
            .. Denied(404, Get("/page.html/x"), Get("/page.html/"), Get("/page.html/page.html/x")),
        ]),
        new(38, "what is no file", [.. Denied(403, Get("/fifo"), Get("/socket"), Get("/device"), Get("/fifo?x"))]),
        new(39, "unreadable file", [.. Denied(403, Get("/unreadable.html"))]),
        new(40, "dotfile",
        [
            .. Denied(404, Get("/.git/config"), Get("/.env"), Get("/%2egit/config"), Get("/dir/.hidden"),
                Get("/.git/")),
            .. Denied(200, Get("/.well-known/security.txt")).Select(r => r with { Body = Site.Shown }),
        ]),
        new(83, "other case of letters", [.. Denied(404, Get("/PAGE.HTML"), Get("/Page.html"), Get("/DIR/"),
            Get("/Dir"))]),
        new(84, "spellings that another system takes for the same name",
        [
            .. Denied(404, Get("/page.html."), Get("/page.html%20"), Get("/page.html::$DATA"),
                Get("/page.html::%24DATA")),
            .. Denied(404, Get("/dir./page.html"), Get("/PAGE~1.HTM"), Get("/dir%20/page.html"), Get("/con"),
                Get("/C:/")),
        ]),
    ];

    /// <summary>Every control character that ends no line and is not NUL.</summary>
    private static IEnumerable<char> Controls =>
        Enumerable.Range(1, 31).Append(0x7F).Select(c => (char)c).Where(c => c is not ('\r' or '\n'));

    private static string Long => new('A', 9000);

    private static IEnumerable<BadRequest> Moved(string location, params string[] sent) =>
        Denied(301, sent).Select(r => r with { Body = "", Headers = [$"Location: {location}"] });
}
