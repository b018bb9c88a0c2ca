using static Culvert.IntegrationTests.BadInput.BadRequest;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Rows 72, 74 to 82: other protocols, and headers that choose the answer.</summary>
internal static class AnswerRows
{
    private static readonly string Length = $"{Site.PageText.Length}";

    public static IReadOnlyList<BadRow> All { get; } =
    [
        new(72, "TLS on the plain port",
        [
            .. Refused(400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "\u0016\u0003\u0003\u0000\u0005hello"),
        ]),
        new(74, "upgrade to something unknown",
        [
            .. Served(With("Connection: Upgrade\r\nUpgrade: foo"), With("Connection: upgrade\r\nUpgrade: websocket")),
            .. Served(With("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk")),
            .. Denied(200, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n")
                .Select(r => r with { Part = "" }),
        ]),
        new(75, "range that cannot be satisfied",
        [
            .. Denied(416, With("Range: bytes=999999-"), With("Range: bytes=-0"), With("Range: bytes=99-100,200-"))
                .Concat(Denied(416, With($"Range: bytes={long.MaxValue}-"),
                    With($"Range: bytes={new string('9', 99)}-")))
                .Select(r => r with { Headers = [$"Content-Range: bytes */{Length}"] }),
        ]),
        new(76, "range with a fault or of another unit",
        [
            .. Served(With("Range: bytes=a-b"), With("Range: lines=1-2"), With("Range: bytes=5-1"),
                With("Range: bytes=")),
            .. Served(With("Range: bytes 0-1"), With("Range: bytes=--1"), With("Range: bytes=0-1x"),
                With("Range: =0-1")),
            .. Served(With("Range: bytes=-1-2"), With("Range: \u00ff"), With("Range: bytes=,"), With("Range:")),
        ]),
        new(77, "range bomb",
        [
            .. Served(With($"Range: bytes={Ranges(1300)}"), With($"Range: bytes={Ranges(17)}"),
                With($"Range: bytes=0-,5-0,5-1")),
            .. Denied(206, With($"Range: bytes={string.Join(',', Enumerable.Repeat("0-", 16))}"))
                .Select(r => r with { Body = Site.PageText, Headers = [$"Content-Range: bytes 0-10/{Length}"] }),
        ]),
        new(78, "range with POST and HEAD",
        [
            .. Denied(405, $"POST {Site.Page} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nContent-Length: 0\r\n\r\n"),
            .. Denied(206, $"HEAD {Site.Page} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n")
                .Select(r => r with { Headers = [$"Content-Range: bytes 0-1/{Length}", "Content-Length: 2"] }),
        ]),
        new(79, "conditions that are garbage",
        [
            .. Served(With("If-Modified-Since: x"), With("If-None-Match: \""), With("If-None-Match: \u00ff"),
                With("If-None-Match:")),
            .. Served(With("If-Modified-Since: Sun, 99 Foo 9999 99:99:99 GMT"), With("If-Unmodified-Since: x")),
            .. Served(With("If-Range: x\r\nRange: bytes=0-1"), With("If-Range: \"\r\nRange: bytes=0-1")),
        ]),
        new(80, "hostile Accept-Encoding",
        [
            .. Served(With("Accept-Encoding: *;q=0"), With("Accept-Encoding: identity;q=0"),
                With("Accept-Encoding: gzip;q=9"))
                .Concat(Served(With($"Accept-Encoding: {string.Join(", ", Enumerable.Repeat("x1;q=0.1", 500))}")))
                .Concat(Served(With("Accept-Encoding: ,;=,;q"), With("Accept-Encoding: \u00ff;q=\u00ff"),
                    With("Accept-Encoding:")))
                .Select(r => r with { Headers = ["!Content-Encoding"] }),
        ]),
        new(81, "line break by escape into a redirect",
        [
            .. Refused(400, Get("/dir%0d%0aX:%20y"), Get("/dir%0aX:y"), Get("/%0d%0a"),
                Get("/dir/%0d%0aSet-Cookie:%20a=b/..")),
            .. Denied(301, Get("/dir?a%0d%0aX:%20y"))
                .Select(r => r with { Body = "", Headers = ["Location: /dir/?a%0d%0aX:%20y", "!X"] }),
        ]),
        new(82, "script in an error page or a listing",
        [
            .. Denied(404, Get("/<script>alert(1)</script>"), Get("/%3Cscript%3E"), Get("/x\"'><img>")),
            .. Denied(200, Get("/listing/")).Select(r => r with { Part = "&lt;img src=x onerror=alert(1)&gt;.txt" }),
        ]),
    ];

    private static string Ranges(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"{i}-{i}"));
}
